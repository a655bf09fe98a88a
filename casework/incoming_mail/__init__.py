"""Mail that people write to organisations, from Maildirs and IMAP accounts: each becomes a case, or goes on with one."""
