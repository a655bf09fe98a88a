"""``docs/schema``: all tables, views and functions as the newest revision leaves them, a file a wing."""
