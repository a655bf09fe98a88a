"""How far something went in media, on the pages of what it is of."""
