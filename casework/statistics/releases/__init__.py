"""Figures as they were released: they never change, and whoever has one can check it."""
