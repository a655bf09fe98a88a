"""Figures as they were released."""
