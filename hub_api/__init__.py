"""The public contract: the open-data API."""
