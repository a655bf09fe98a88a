"""One matter that somebody is owed an answer to: thread, handlers without conflicts, levels, merging, rating."""
