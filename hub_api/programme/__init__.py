"""The innovation programme over HTTP: pages for people, an interface for their programs, open data."""
