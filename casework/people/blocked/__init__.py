"""Passwords that are guessed first or have leaked: a filter of them, how one is looked up, and the command that makes it."""
