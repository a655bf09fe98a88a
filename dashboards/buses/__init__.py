"""Are the buses on time? How they keep to their schedule, by line and by hour of the day."""
