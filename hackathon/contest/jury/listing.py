"""The jury of a hackathon as a list for its organisers: how far each judge is with the sheets of the round."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.lists.model import DeskList, Sort, one_of, words
from casework.programme import Session
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_scores
from hackathon.contest.jury import repository
from hackathon.contest.jury.judges import READING, require_staff
from hackathon.contest.jury.machines import JUDGE


def _desk_values(session: Session, hackathon_id: UUID) -> dict[str, object]:
    """Nothing is counted of teams that the organiser has a conflict with."""
    require_staff(session, hackathon_id)
    return {
        "hackathon_id": hackathon_id,
        "round": get_hackathon(session, hackathon_id).round,
        "hidden": list(hidden_scores(session, hackathon_id)),
    }


#: As they were asked; by words of their names, and by nothing else of their accounts.
DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "judge_id",
    _desk_values,
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
        "name_ar": Sort("listed.sort_ar", "text"),
        "name_en": Sort("listed.sort_en", "text"),
    },
    first="begun",
    filters=(
        words("listed.sort_ar LIKE %(q)s OR listed.sort_en LIKE %(q)s"),
        one_of("state", "listed.state", tuple(one.name for one in JUDGE.states)),
    ),
    noted=(READING, ("person_id",)),
    binding=repository.JUDGES,
)
