"""A second factor: codes of an application, passkeys, recovery codes, and what counts only once one was shown."""
