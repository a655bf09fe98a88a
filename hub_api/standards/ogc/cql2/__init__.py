"""CQL2: a filter is read into a tree that knows its properties, and runs as bound SQL or as a plain function."""
