"""Who can open a vault: its key file, the keys in it, recovery, and the delay after wrong tries.

The libraries behind it (argon2, cryptography, shamir_mnemonic, zxcvbn) are imported when they are first
used, so that a program which only shows its unlock window does not wait for them.
"""
