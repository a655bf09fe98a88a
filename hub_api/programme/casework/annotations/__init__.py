"""Annotations for those who write them, for their programs, and as open data for everybody."""
