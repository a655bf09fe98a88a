"""Alerts of sensors at the desk of those on duty, and the rules that raise them."""
