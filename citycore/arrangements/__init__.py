"""What somebody arranges to see on the dashboards: what the hub keeps of it and what the dashboards make of it."""
