"""Tests; their folders mirror borg_triage."""
