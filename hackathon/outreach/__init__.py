"""Ambassadors, their activities, certificates."""
