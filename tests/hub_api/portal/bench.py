"""A jury in front of browsers: judges and organisers of a hackathon, and what pages tell them."""

from __future__ import annotations

import re
from typing import Any

from casework.access.model import Role, Scope, ScopeKind
from hackathon.contest.jury.model import Judge, StoredSheet
from hackathon.contest.submissions.model import Submission
from hackathon.contest.teams.model import Team
from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import Portal, Somebody


def seat(portal: Portal, stage: Stage, name: str = "judge", language: str = "en") -> tuple[Somebody, Judge]:
    """A judge with a browser, of an organisation that nobody else is of."""
    somebody = portal.join(name, language, domain=f"{name}.{len(portal.browsers)}.example")
    return somebody, stage.judge(somebody.person_id)


def host(portal: Portal, stage: Stage) -> Somebody:
    scope = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    return portal.appoint(Role.ORGANISER, scope, "host")


def judged(stage: Stage, count: int, title: str = "Idea") -> tuple[list[Team], list[Submission]]:
    stage.until("registration_opens")
    found = [stage.complete_team(name=f"Crew of {title} {number}") for number in range(count)]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"{title} {number}") for number, team in enumerate(found)]
    stage.admit(*handed_in)
    return found, handed_in


def sheet_of(stage: Stage, somebody: Somebody) -> StoredSheet:
    return next(one for one in stage.sheets() if one.person_id == somebody.person_id)


def told(answer: Any) -> str:
    """What the page says was refused, else what was done."""
    found = [re.search(rf'role="{role}"[^>]*>([^<]*)<', answer.text) for role in ("alert", "status")]
    return next((one.group(1) for one in found if one is not None), "")
