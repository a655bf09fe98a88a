"""Pages of calls for funding: for everybody, and for those who run them."""
