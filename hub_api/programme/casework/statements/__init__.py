"""Statements on pages: where people vote, what was found, and where a voting is prepared."""
