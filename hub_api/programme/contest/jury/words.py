"""How judges, sheets and marks are said, and who and what stands behind their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from casework.people.standing import find_names
from casework.programme import Session
from hackathon.contest.judging.errors import JudgingError
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.jury.judges import list_judges
from hackathon.contest.jury.sheets import find_titles
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

#: States of a hackathon in which nobody judges any more.
OVER = frozenset({"deliberation", "results_provisional", "results_final", "archived", "cancelled"})


def names_of(session: Session, request: PortalRequest, people: Iterable[UUID]) -> dict[UUID, str]:
    """What people are called in the visitor's language."""
    wanted, nobody = set(people), WORDS.text("nobody", request.language)
    known = find_names(session.connection, list(wanted))
    return {one: (known[one].shown(request.language) if one in known else "") or nobody for one in wanted}


def by_text(*names: Mapping[UUID, str]) -> dict[str, str]:
    """For what names people and submissions by their keys as text."""
    return {str(key): name for some in names for key, name in some.items()}


def refusal_of(session: Session, request: PortalRequest, hackathon_id: UUID) -> str | None:
    """What stands against what organisers sent, with the names that it has only the keys of."""
    if not isinstance(request.refused, JudgingError):
        return None
    jury = names_of(session, request, [one.person_id for one in list_judges(session, hackathon_id)])
    return request.refused.told(request.language, by_text(jury, find_titles(session, hackathon_id)))


def vocabulary(_: PortalRequest) -> dict[str, Any]:
    """What the templates of the jury call things."""
    return {
        "over": OVER,
        "number": number_text,
    }


#: A page of the jury.
page = partial(Page, here="hackathons", vocabulary=vocabulary)


def number_text(number: Decimal) -> str:
    """Without zeros that say nothing: 10 and 0.5, never 1E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_text(mark: Mark | None) -> str:
    """As the field of a mark has it."""
    return "" if mark is None or mark is NOT_APPLICABLE else number_text(mark)
