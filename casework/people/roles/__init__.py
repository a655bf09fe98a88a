"""Roles that people hold: who gives which to whom, until when."""
