"""The page of what somebody was told, and how they want it mailed."""
