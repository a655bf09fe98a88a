"""What was said, what was decided about it, by whom, and what was done."""
