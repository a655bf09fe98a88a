"""How needs and offerings find each other: hard filters, then a score that shows its parts.

Everything here is a pure function of values: no clock, no database, no hidden randomness.
"""
