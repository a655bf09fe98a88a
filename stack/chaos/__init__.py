"""Faults at random while a known set of messages is published, and the account afterwards."""
