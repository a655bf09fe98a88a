"""The MQTT broker as all clients of the hub see it: how they sign in, and who else may sign in with what rights."""
