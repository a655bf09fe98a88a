"""What the pages about the hub say, written at the desk."""
