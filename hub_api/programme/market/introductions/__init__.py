"""Matches with their explanations, introductions, and what came of them."""
