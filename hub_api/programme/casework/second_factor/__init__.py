"""Pages of the second factor: showing one on the way in, and seeing to one's own."""
