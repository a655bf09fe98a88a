"""Forward-only revisions; the SQL of each lies in a folder of its name, a file a noun, sorted by wings."""
