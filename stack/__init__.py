"""The whole hub on one machine, and its command line."""
