"""Nowcasts: quarters of an hour up to six hours ahead, issued anew every quarter, and what lies beyond their bands."""
