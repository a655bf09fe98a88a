"""Searches that people keep, and the way out of the mail about them."""
