"""Ideas for everybody, and for those who moderate them."""
