"""Dialogue: sessions with those who decide, what was said in them, and what is recommended."""
