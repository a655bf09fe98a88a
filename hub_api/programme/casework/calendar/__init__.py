"""The calendar of days, on a page of the desk."""
