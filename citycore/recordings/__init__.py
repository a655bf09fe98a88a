"""Recordings: files of results, and the mapping that says what each column of one means."""
