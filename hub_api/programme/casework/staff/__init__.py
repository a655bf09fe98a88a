"""The desk of administrators and coordinators."""
