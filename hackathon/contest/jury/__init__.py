"""A hackathon's jury: judges, what they look at, who judges what, and their score sheets."""
