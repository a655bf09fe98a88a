"""What there is in each governorate, and the map as a way in."""
