"""Leaving: all of one's data in one file, and erasure."""
