"""What teams hand in: versions, files, and the one that is frozen by its hash."""
