"""Pages on which administrators keep what mails say."""
