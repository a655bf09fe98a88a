"""Mail that leaves with the transaction that caused it, and not without it."""
