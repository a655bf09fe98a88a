"""The public start page of the portal."""
