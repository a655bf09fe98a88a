"""Codes that people are given: to join a team, to go on after a close, to name a case."""
