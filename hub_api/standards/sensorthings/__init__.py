"""OGC SensorThings API 1.1 (18-088) over the rows of the city."""
