"""Complaints, suggestions and notes on quality: what residents say, and what became of it."""
