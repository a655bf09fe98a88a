"""Which sensors can be trusted? Things by their state of health."""
