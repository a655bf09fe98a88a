"""The pages of the innovation programme for people, under ``/portal``: forms, and no script."""
