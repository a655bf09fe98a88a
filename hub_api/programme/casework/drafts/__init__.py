"""Pages about what somebody typed and has not sent yet."""
