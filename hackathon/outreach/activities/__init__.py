"""What ambassadors do, the evidence of it, and whom it reached."""
