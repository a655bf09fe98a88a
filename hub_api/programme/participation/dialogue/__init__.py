"""Sessions for everybody, and for those who lead them."""
