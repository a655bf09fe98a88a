"""Results of hackathons: what everybody sees of them, the organisers' desk, and what a team gets."""
