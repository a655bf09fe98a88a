"""The archive: closed local days as files outside the store, from which the store lets go what is old."""
