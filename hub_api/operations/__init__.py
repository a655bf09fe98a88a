"""What operators ask: health and the pages of administrators."""
