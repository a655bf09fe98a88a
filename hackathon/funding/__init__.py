"""Research funding: calls, applications, reviews, awards."""
