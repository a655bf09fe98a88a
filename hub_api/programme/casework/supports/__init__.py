"""Support on the pages of what can be supported."""
