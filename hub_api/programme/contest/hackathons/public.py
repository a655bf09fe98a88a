"""``/v1/innovation/hackathons``: those that were announced."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from casework.workflow.wording import Label
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.hackathons.model import Mode
from hub_api.programme.open_data.elements import NO_CELLS, Dates, From, Minor, Worded, cell_of
from hub_api.programme.open_data.lists import OpenList, by_text
from hub_api.programme.open_data.shapes import DeadlineDate, OneOf, PlainExportQuery
from hub_api.serving.schemas import Names, Schema

#: Stages that look alike from outside share this state.
BEING_JUDGED = "being_judged"
_STAGE_OF_JUDGING = "judging"
HackathonState = Literal[
    "announced",
    "registration_open",
    "team_formation_closed",
    "running",
    "being_judged",
    "results_provisional",
    "results_final",
    "archived",
    "postponed",
    "cancelled",
]
ModeCode = Annotated[str, OneOf(Mode)]


def state_label(state: str) -> Label:
    return HACKATHON.public_label(_STAGE_OF_JUDGING if state == BEING_JUDGED else state)


class HackathonsParameters(PlainExportQuery):
    state: HackathonState | None = None
    mode: ModeCode | None = None


class PrizeElement(Schema):
    name: Annotated[Names, From("title")]
    amount: Annotated[str | None, Minor()] = Field(description="null: it is not money")
    currency: str


class PartnerElement(Schema):
    name: Names
    website: Annotated[str | None, From("website", lambda link: link or None)]


class HackathonElement(Schema):
    hackathon: Annotated[str, From("code")]
    name: Annotated[Names, From("title")]
    description: Annotated[Names, From("summary")]
    state: HackathonState
    state_name: Annotated[Names, Worded(state_label)]
    state_reason: str | None
    state_reason_name: Annotated[Names | None, Worded(partial(HACKATHON.label, "reason")), NO_CELLS]
    mode: ModeCode
    place: Names | None = Field(description="null: online")
    international: Annotated[bool, From("is_international")] = Field(
        description="Whether teams from outside Oman may take part"
    )
    team_members_min: int
    team_members_max: int
    rounds: int = Field(description="Rounds of judging")
    prizes: Annotated[list[PrizeElement], cell_of(len, kind="whole", name="prize_count")]
    rules: Names | None
    eligibility: Names | None = Field(description="Who may take part")
    contact_email: Annotated[str | None, From("contact_email", lambda email: email or None)]
    partners: Annotated[list[PartnerElement], cell_of(len, kind="whole", name="partner_count")]
    challenge_count: int
    deadlines: Annotated[list[DeadlineDate], Dates(HACKATHON, "dates")] = Field(
        description="Empty while it is postponed, and once it is cancelled"
    )


HACKATHONS = OpenList(
    name="hackathons",
    package="hub_api.programme.contest.hackathons",
    element=HackathonElement,
    parameters=HackathonsParameters,
    position=by_text,
    noun="hackathon",
)
router = HACKATHONS.router()
