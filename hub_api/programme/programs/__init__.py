"""``/v1/innovation/me`` and ``/v1/innovation/desk``: the programme for people's own programs, with their tokens."""
