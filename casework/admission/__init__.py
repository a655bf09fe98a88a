"""Who may take part in something, and how often: rolls, tokens, kiosks, seats with a waiting list, draws."""
