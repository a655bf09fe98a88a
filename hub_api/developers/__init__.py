"""What developers read: the documentation, the guide, the client, what has changed."""
