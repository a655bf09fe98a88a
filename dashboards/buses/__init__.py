"""Are the buses on time? Adherence to the schedule, by line and by hour of the day."""
