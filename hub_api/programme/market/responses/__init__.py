"""Sealed responses: a vendor's own, their opening, their evaluation."""
