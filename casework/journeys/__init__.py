"""What became of something: nouns register what can be passed on the way, and what leads on to what is looked up."""
