"""Reviewing's pages: a reviewer's copies and reviews, the programme's desks for them, and what applicants are told."""
