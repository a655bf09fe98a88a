"""The public programme: parameters and documented answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import Path, Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hub_api.serving.formats import PlainFormat
from hub_api.serving.parameters import AnyQuery, ExportQuery, Instant, Name
from hub_api.serving.schemas import Licence, Meta, Names, Schema

HackathonPath = Annotated[Name, Path()]
ChallengePath = Annotated[Name, Path()]
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
ChallengeState = Literal["published"]
Mode = Literal["online", "in_place", "hybrid"]
Terms = Literal["open_source", "team_keeps", "shared", "agency"]
Kind = Literal["agency", "company", "university"]
#: ISO 3166-2:OM.
Governorate = Literal[
    "OM-DA",
    "OM-BU",
    "OM-WU",
    "OM-ZA",
    "OM-BJ",
    "OM-BS",
    "OM-SJ",
    "OM-SS",
    "OM-ZU",
    "OM-MU",
    "OM-MA",
]
Topic = Literal[
    "open_data",
    "internet_of_things",
    "artificial_intelligence",
    "robotics",
    "cybersecurity",
    "mobility",
    "environment",
    "energy_and_water",
    "health",
    "entrepreneurship",
]
Audience = Literal["pupils", "students", "teachers", "public_employees", "companies", "public"]

SubmissionState = Literal["eligible", "finalist", "not_selected"]
ResultStatus = Literal["provisional", "final"]
AwardKind = Literal["place", "peoples_choice"]
ContinuationKind = Literal["funding_call", "pilot", "marketplace"]


class PlainExportQuery(ExportQuery):
    """In every format but those of places."""

    f: PlainFormat | None = None


class HackathonsParameters(PlainExportQuery):
    state: HackathonState | None = None
    mode: Mode | None = None


class ChallengesParameters(PlainExportQuery):
    hackathon: Name | None = None
    organisation: Name | None = None
    dataset: Name | None = None
    thing: Name | None = None


class OrganisationsParameters(PlainExportQuery):
    kind: Kind | None = None


class DeadlinesParameters(PlainExportQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None
    start: Instant | None = None
    end: Instant | None = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


class CalendarParameters(AnyQuery):
    hackathon: Name | None = None
    call: Name | None = None
    need: Name | None = None


class AmbassadorsParameters(PlainExportQuery):
    governorate: Governorate | None = None


class ReachParameters(PlainExportQuery):
    governorate: Governorate | None = None
    topic: Topic | None = None
    audience: Audience | None = None


class SubmissionsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    state: SubmissionState | None = None


class ResultsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    status: ResultStatus | None = None


class AwardsParameters(PlainExportQuery):
    hackathon: Name | None = None
    challenge: Name | None = None
    award: AwardKind | None = None


SubmissionsQuery = Annotated[SubmissionsParameters, Query()]
ResultsQuery = Annotated[ResultsParameters, Query()]
AwardsQuery = Annotated[AwardsParameters, Query()]
AmbassadorsQuery = Annotated[AmbassadorsParameters, Query()]
ReachQuery = Annotated[ReachParameters, Query()]
HackathonsQuery = Annotated[HackathonsParameters, Query()]
ChallengesQuery = Annotated[ChallengesParameters, Query()]
OrganisationsQuery = Annotated[OrganisationsParameters, Query()]
DeadlinesQuery = Annotated[DeadlinesParameters, Query()]
CalendarQuery = Annotated[CalendarParameters, Query()]


class Extension(Schema):
    previous: datetime
    instant: datetime
    extended_at: datetime
    reason: str
    reason_name: Names


class DeadlineDate(Schema):
    deadline: str
    name: Names
    instant: datetime = Field(description="Half-open: what closes then is still open just before")
    zone: str = Field(description="In which it was announced")
    extensions: list[Extension] = Field(description="Oldest first")


class DeadlineElement(DeadlineDate):
    kind: Literal["hackathon", "call", "need"] = Field(description="Whose it is")
    hackathon: str | None = Field(description="null: it is no hackathon's")
    hackathon_name: Names | None
    call: str | None = Field(description="null: it is no call's")
    call_name: Names | None
    need: str | None = Field(description="null: it is no need's")
    need_name: Names | None


class HackathonElement(Schema):
    hackathon: str
    name: Names
    description: Names
    state: HackathonState
    state_name: Names
    state_reason: str | None
    state_reason_name: Names | None
    mode: Mode
    place: Names | None = Field(description="null: online")
    international: bool = Field(description="Whether teams from outside Oman may take part")
    team_members_min: int
    team_members_max: int
    rounds: int = Field(description="Rounds of judging")
    challenge_count: int
    deadlines: list[DeadlineDate] = Field(description="Empty while it is postponed, and once it is cancelled")


class OrganisationName(Schema):
    organisation: str
    kind: Kind
    name: Names


class OrganisationElement(OrganisationName):
    kind_name: Names
    challenge_count: int


class DatasetLink(Schema):
    dataset: str
    url: str


class ThingLink(Schema):
    thing: str
    url: str


class ChallengeElement(Schema):
    challenge: str
    hackathon: str
    name: Names
    problem: Names
    state: ChallengeState
    state_name: Names
    organisation: OrganisationName | None = Field(description="null while its organisation is not verified")
    terms: Terms | None = Field(description="Whom the work will belong to")
    terms_name: Names | None
    datasets: list[DatasetLink]
    things: list[ThingLink]


class AmbassadorElement(Schema):
    ambassador: str
    name: Names
    governorate: Governorate
    governorate_name: Names
    biography: Names | None
    emeritus: bool = Field(description="Whether the last term has ended")


class ReachElement(Schema):
    month: str = Field(description="Of the local day on which the events ended, as 2026-11")
    governorate: Governorate | None = Field(description="null: online")
    governorate_name: Names | None
    topic: Topic
    topic_name: Names
    audience: Audience
    audience_name: Names
    event_count: int
    person_count: int = Field(description="Each event once, however many ambassadors told of it")


class ContinuationElement(Schema):
    kind: ContinuationKind
    kind_name: Names
    reference: str = Field(description="A name, a place or an address")


class SubmissionElement(Schema):
    submission: str
    hackathon: str
    challenge: str | None
    title: str = Field(description="As its team wrote it, in its language")
    summary: str
    team: str
    state: SubmissionState
    state_name: Names
    submitted_at: datetime
    sha256: str = Field(description="Over what was handed in last")
    continuations: list[ContinuationElement] = Field(description="What became of it")


class ResultElement(Schema):
    hackathon: str
    hackathon_name: Names
    status: ResultStatus
    status_name: Names
    released_at: datetime
    challenge: str | None = Field(description="null: all challenges are compared")
    submission: str
    title: str
    team: str
    place: int = Field(description="Shared by those whom nothing tells apart")
    score: float = Field(description="Normalised for the strictness of judges; it decides")
    raw_score: float = Field(description="The plain mean of the sheets")
    raw_place: int
    sheet_count: int


class AwardElement(Schema):
    hackathon: str
    hackathon_name: Names
    award: AwardKind
    award_name: Names
    challenge: str | None = Field(description="null: all challenges are compared")
    place: int
    vote_count: int | None = Field(description="null: not a matter of votes")
    submission: str
    title: str
    team: str
    continuations: list[ContinuationElement]


class InnovationMeta(Meta):
    """Nothing is observed here: ``newest_phenomenon_time`` and ``age_seconds`` are null."""

    licence: Licence


class InnovationList(Schema):
    next: str | None = Field(description="Pass back as cursor= for the next page; null on the last")
    meta: InnovationMeta


class HackathonList(InnovationList):
    data: list[HackathonElement]


class ChallengeList(InnovationList):
    data: list[ChallengeElement]


class OrganisationList(InnovationList):
    data: list[OrganisationElement]


class DeadlineList(InnovationList):
    data: list[DeadlineElement]


class AmbassadorList(InnovationList):
    data: list[AmbassadorElement]


class ReachList(InnovationList):
    data: list[ReachElement]


class SubmissionList(InnovationList):
    data: list[SubmissionElement]


class ResultList(InnovationList):
    data: list[ResultElement]


class AwardList(InnovationList):
    data: list[AwardElement]


class OneHackathon(Schema):
    data: HackathonElement
    meta: InnovationMeta


class OneChallenge(Schema):
    data: ChallengeElement
    meta: InnovationMeta
