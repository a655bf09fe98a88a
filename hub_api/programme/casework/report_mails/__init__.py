"""Reports by mail: choosing them, and the way out of the mail."""
