"""Hackathons from the announcement to the results."""
