"""A second, independent reading of the decision model, used as an oracle for the engine."""

from .oracle import assess

__all__ = ["assess"]
