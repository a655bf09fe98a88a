"""Writing through OGC SensorThings 1.1: entities into the registry, observations by way of ingest."""
