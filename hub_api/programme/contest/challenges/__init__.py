"""Challenges: read by everybody once published, written by agencies, decided by organisers."""
