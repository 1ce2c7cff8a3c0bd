"""The encrypted case file: the only room that knows SQLCipher."""
