"""A place and a period on one page of paper, for those who read paper. It stands above the rooms of the pages."""
