"""Hackathons and their challenges: what everybody sees, and the organisers' desk."""
