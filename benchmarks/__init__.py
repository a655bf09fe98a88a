"""Speed as ratios against bare ceilings measured in the same run."""
