"""What comes next? One series with its forecast, and how far to trust it."""
