"""Teams of a hackathon: who founds one, who joins, and when they are complete."""
