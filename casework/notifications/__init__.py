"""What people are told: a page of it with read and unread, and how they want it mailed."""
