"""What the hub looks at in itself every day, and tells its administrators: its log, its scanner, who is refused too often."""
