"""What the city observes, in the standards that other programs speak: one room each, over the same rows."""
