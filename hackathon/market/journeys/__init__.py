"""What became of something: from a hackathon or a need to awards, introductions, pilots and what came of them."""
