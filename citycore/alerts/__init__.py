"""Rules that raise alerts, as data: what they are, what they make of a value, and how they are kept."""
