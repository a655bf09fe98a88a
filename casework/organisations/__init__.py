"""Agencies, companies and universities, and who belongs to them."""
