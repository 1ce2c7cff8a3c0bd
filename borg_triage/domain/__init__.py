"""The rules and their one evaluation: pure, with no Qt, files, clock, language or randomness."""
