"""Introductions: an agency and a vendor find out that both want to meet, and say later what came of it."""
