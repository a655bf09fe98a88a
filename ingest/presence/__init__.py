"""Whether datastreams send as often as they should: intervals that are learned, and gaps with their reason."""
