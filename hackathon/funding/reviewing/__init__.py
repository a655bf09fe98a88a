"""Reviewing: who reviews a call, what they may read, their reviews, the panel, and what is decided and told."""
