"""Files that belong to something: a row names their digest, their bytes lie in the store of their noun."""
