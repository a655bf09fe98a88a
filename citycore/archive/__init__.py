"""The archive: what was measured on a closed local day, as files on any storage, which whoever may read them reads alike."""
