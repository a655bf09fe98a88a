"""How judges, sheets and marks are said, and who and what stands behind their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from casework.people.standing import find_names
from casework.programme import Session
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.jury.machines import JUDGE, SHEET
from hackathon.contest.jury.sheets import find_titles
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

#: States of a hackathon in which nobody judges any more.
OVER = frozenset({"deliberation", "results_provisional", "results_final", "archived", "cancelled"})


@dataclass(frozen=True, slots=True)
class Known:
    """Judges by person and submissions by id, as the visitor reads them; without those hidden from the visitor."""

    people: Mapping[UUID, str]
    titles: Mapping[UUID, str]

    def by_text(self) -> dict[str, str]:
        """For errors that name both by id."""
        return {str(key): name for names in (self.people, self.titles) for key, name in names.items()}


def know(  # noqa: PLR0913 (what is to be named)
    session: Session,
    request: PortalRequest,
    hackathon_id: UUID,
    people: Iterable[UUID],
    *,
    has_titles: bool = True,
    sheets_of: UUID | None = None,
) -> Known:
    """These people, and the titles of all submissions or of those that one person judges."""
    names = find_names(session.connection, list(set(people)))
    nobody = WORDS.text("nobody", request.language)
    shown = {person_id: known.shown(request.language) or nobody for person_id, known in names.items()}
    titles = {}
    if has_titles:
        titles = find_titles(session, hackathon_id, sheets_of)
    return Known({one: shown.get(one, nobody) for one in people}, titles)


def vocabulary() -> dict[str, Any]:
    """What the templates of the jury call things."""
    return {
        "judge_state": partial(JUDGE.label, "state"),
        "judge_event": partial(JUDGE.label, "event"),
        "sheet_state": partial(SHEET.label, "state"),
        "hackathon_state": HACKATHON.public_label,
        "over": OVER,
        "number": number_text,
        "mark_text": mark_text,
        "is_not_applicable": lambda mark: mark is NOT_APPLICABLE,
    }


def title_of(request: PortalRequest, hackathon: Hackathon) -> str:
    about = hackathon.description
    return about.title_ar if request.language == "ar" else about.title_en


def number_text(number: Decimal) -> str:
    """Without zeros that say nothing: 10 and 0.5, never 1E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_text(mark: Mark | None) -> str:
    """As the field of a mark has it."""
    return "" if mark is None or mark is NOT_APPLICABLE else number_text(mark)
