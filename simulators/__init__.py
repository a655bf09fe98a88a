"""A believable city from a seed, its faults, and the replay of recordings."""
