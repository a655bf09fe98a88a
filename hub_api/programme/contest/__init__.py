"""Pages of hackathons from the announcement to the results."""
