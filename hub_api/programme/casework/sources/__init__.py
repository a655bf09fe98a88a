"""Owners and their sources: what they send, made, looked at and mended by their own hand."""
