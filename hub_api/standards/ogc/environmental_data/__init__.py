"""Environmental Data Retrieval: time series at places, positions, within a radius and within an area."""
