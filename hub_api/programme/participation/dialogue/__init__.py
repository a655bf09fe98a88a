"""Sessions, ideas and votings for everybody, and for those who lead and moderate them."""
