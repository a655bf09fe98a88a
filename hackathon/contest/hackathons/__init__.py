"""A hackathon: announced, open, running, judged, final."""
