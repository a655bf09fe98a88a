"""OGC SensorThings over MQTT: an endpoint of the hub's own, which knows who subscribes to what and who sends what."""
