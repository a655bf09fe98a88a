"""Pages of applications for funding: for those who apply, and for the officers of a call."""
