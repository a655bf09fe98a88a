"""The marketplace: vendors, offerings, needs of agencies, sealed responses, pilots."""
