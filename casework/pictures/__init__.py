"""Pictures and logos of objects: one for each, in two sizes, with a text for whoever cannot see it."""
