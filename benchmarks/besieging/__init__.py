"""Everything at once that takes a hub away from its readers, and the readers."""
