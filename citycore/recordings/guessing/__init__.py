"""A first mapping, guessed from the beginning of a file and some pieces of the rest."""
