"""What mails say: the texts that are shipped, and what the operator has them say instead."""
