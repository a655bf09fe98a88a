"""What was done, by whom and when: lines that hold the digest of the line before, added and never changed."""
