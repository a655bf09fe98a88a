"""One engine for every workflow: transitions as data, one door through which states change."""
