"""Air quality of things, hour by hour, as their roll-ups change."""
