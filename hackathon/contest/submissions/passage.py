"""How a journey, or a decision, passes submissions, of which there may be many, so that they are read together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from casework.journeys.model import Passage, Seen, seen_by
from casework.people.model import Names
from casework.programme import Session
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import list_seen


def _see(session: Session, submission_ids: Collection[UUID]) -> Mapping[UUID, Seen]:
    seen = list_seen(session, submission_ids)
    return {found.submission_id: _seen(found, title or found.team_name) for found, title in seen}


def _seen(found: Submission, title: str) -> Seen:
    return seen_by(SUBMISSION, Names(title, title), found, f"/submissions/{found.submission_id}")


PASSAGE = Passage("submission", "hackathon.contest.submissions", 30, _see)
