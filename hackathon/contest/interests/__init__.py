"""Who has an interest in which team of a hackathon, and what therefore does not exist for whom."""
