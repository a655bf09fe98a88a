"""GTFS Realtime 2.0: where vehicles are, how late trips were seen to run, and what riders are to know."""
