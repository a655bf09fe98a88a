"""What do I want to see? Figures and tiles of all pages, as somebody has arranged them."""
