"""What has won goes on: to a call, or to a pilot."""

from __future__ import annotations

from typing import Final

from citycore.store.connections import Connection
from hackathon.contest.results.repository import find_newest
from hackathon.contest.submissions.model import Submission

#: Results do not change any more.
_CONCLUDED: Final = frozenset({"results_final", "archived"})
#: Places that count as having won.
_PODIUM: Final = 3


def has_won(connection: Connection, submission: Submission) -> bool:
    """Whether results are final and it was a finalist or holds one of the first places; in the caller's transaction."""
    if submission.hackathon_state not in _CONCLUDED:
        return False
    if submission.state == "finalist":
        return True
    results = find_newest(connection, submission.hackathon_id, released=True)
    places = () if results is None else results.placings
    return any(one.submission_id == submission.submission_id and one.place <= _PODIUM for one in places)
