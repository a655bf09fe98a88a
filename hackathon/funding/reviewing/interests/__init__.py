"""Conflicts of interest between reviewers and applications."""
