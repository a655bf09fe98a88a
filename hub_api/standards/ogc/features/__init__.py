"""Features: what stands in the city and what was observed there, page by page, filtered with CQL2."""
