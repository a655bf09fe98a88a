"""Pilots: for everybody, for both sides, and their things with what they measure."""
