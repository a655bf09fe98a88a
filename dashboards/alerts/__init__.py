"""What is in trouble, and since when? Alerts that go on."""
