"""Sources of data in the registry, kept by whoever speaks for an organisation or leads a team."""
