"""Pages about people: accounts, organisations, staff, what one follows."""
