"""What the hub is made of, and what is known against it: pins, a bill of materials, advisories."""
