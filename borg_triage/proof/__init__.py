"""Proof that an instrument keeps the safety contract: the engine's own circuit, read by a solver.

Needs the extra `proof` (z3-solver); triage itself never does.
"""
