"""Find everything that everybody may see, as a page and as open data."""
