"""``falaj letters …``: dead letters at the command line."""
