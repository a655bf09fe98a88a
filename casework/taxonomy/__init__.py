"""The words that needs and offerings share: what for, what it can do, how proven, for how much."""
