"""Lists for those who work with what they list: sorted, filtered, counted, read on from a place, and acted on in bulk."""
