"""What a city planner sees; it knows the hub only over HTTP."""
