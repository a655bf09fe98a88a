"""The calendar of days for whoever keeps it in the portal."""
