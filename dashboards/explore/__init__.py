"""What was, and how does it compare? One property over any period."""
