"""Certificates: offered, named by their holder, signed, and verified by anybody."""
