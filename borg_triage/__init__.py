"""An offline triage for frontline staff who meet domestic violence."""

__version__ = "0.1.0"
