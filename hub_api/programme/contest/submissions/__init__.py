"""Submissions: written and handed in by teams, screened by organisers, shown to everybody once they are judged."""
