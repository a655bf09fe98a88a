"""What people wrote about something, read by somebody: themes of it, and what of it may be quoted."""
