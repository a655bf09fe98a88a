"""Sessions: what a browser shows to be somebody."""
