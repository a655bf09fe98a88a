"""History from files, beside MQTT: the same checks, the same ledger, the same write path."""
