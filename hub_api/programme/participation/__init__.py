"""Pages and programs of participation."""
