"""MQTT to TimescaleDB: subscribe, decode, resolve, check, write, acknowledge."""
