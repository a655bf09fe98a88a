"""Pilots: a solution tried with an agency, whose things register on the hub under a namespace of their own."""
