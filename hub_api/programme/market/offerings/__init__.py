"""Offerings: the catalogue for everybody, their vendors' drafts, and the desk of the programme."""
