"""Support of things that people can read: once a participant, accounts and browsers apart, bursts flagged."""
