"""Own views of the dashboards, for people's programs, and those that are shared for everybody."""
