"""Pages of one's own account: the way in, the profile, and the way out."""
