"""Pages of lists for those who work with what they list, as tables that nouns declare."""
