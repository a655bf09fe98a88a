"""Keys with which a team reads the open data above the limits for everybody, and how much it does."""
