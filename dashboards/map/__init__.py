"""Where? The newest values of one property on the map."""
