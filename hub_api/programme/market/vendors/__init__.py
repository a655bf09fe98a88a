"""Vendors: their pages for everybody, their own space, and the desk at which they are verified."""
