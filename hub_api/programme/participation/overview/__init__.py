"""Where residents begin: what they can say, answer and discuss now, and what became of it."""
