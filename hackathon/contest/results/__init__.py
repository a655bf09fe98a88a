"""Results of a hackathon: prepared, provisional, appealed against, final; and what teams get to read."""
