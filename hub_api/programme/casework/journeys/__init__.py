"""What became of something, as a part of its page."""
