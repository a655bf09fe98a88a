"""How a response is sealed so that any two keys of its openers read it, and one does not. Pure: no database."""
