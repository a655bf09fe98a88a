"""A challenge: what an agency asks teams to solve, with the data they may use."""
