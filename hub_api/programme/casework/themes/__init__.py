"""What notes are about, on pages: sorted at a desk, with how often the program is right, and told to everybody."""
