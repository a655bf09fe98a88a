"""Searches that people keep, and the mail about what is new in them."""
