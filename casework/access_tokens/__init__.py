"""Tokens with which somebody's own programs speak for them, each for named purposes only."""
