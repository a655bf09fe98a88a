"""What the pages about the hub say: texts that the operator writes instead of those that come with it."""
