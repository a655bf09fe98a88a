"""Whoever leaves an address, without an account, to be told what becomes of something."""
