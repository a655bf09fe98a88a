"""Moderation on pages: the rules, and the public log."""
