"""Is the city all right? From the newest values of a place."""
