"""Calls that fund research: what is funded, who may apply, what is asked, by when."""
