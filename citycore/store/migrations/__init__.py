"""Forward-only revisions; the SQL of each stands beside it."""
