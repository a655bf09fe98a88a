"""The worker: turns new observations into roll-ups at once, and roll-ups into forecasts in time."""
