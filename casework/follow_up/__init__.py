"""Following something by its number and a code, without an account."""
