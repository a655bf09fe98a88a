"""Dialogue: sessions with those who decide, ideas in public, statements to vote on, and what is recommended."""
