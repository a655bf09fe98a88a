"""Raises alerts from what is committed, and tells them."""
