"""Whose hub it is: its name and mark on every page, and what it says about itself, about help, contact, privacy and terms."""
