"""``/v1/participation/surveys``: what is asked, and what came of it. No number of it exists here before it is published."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from casework.admission.model import Channel
from casework.statistics.statement import Sampling
from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import NO_CELLS, Filled, From, Worded, cell_of
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import OneOf, PlainExportQuery
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from participation.surveys.machine import PUBLIC, SURVEY

QUERIES = load_queries("hub_api.programme.participation.surveys")
SurveyState = Annotated[str, OneOf(tuple(one for one in PUBLIC if one != "counted"))]
SamplingCode = Annotated[str, OneOf(Sampling)]
ChannelCode = Annotated[str, OneOf(Channel)]


class SurveysParameters(PlainExportQuery):
    state: SurveyState | None = None
    organisation: Name | None = None


class AlikeAnswersElement(Schema):
    answers: dict[str, Any] = Field(description="To the public questions: values, not_applicable, not_asked")
    count: int = Field(description="So many gave exactly these; at least five")


class SurveyElement(Schema):
    survey: Annotated[str, From("survey_id")]
    name: Annotated[Names, From("title")]
    purpose: Names
    service_name: Annotated[Names | None, From("service")] = Field(
        description="What is evaluated; null: none"
    )
    state: SurveyState
    state_name: Annotated[Names, Worded(partial(SURVEY.public_label))]
    organisation: Annotated[str, From("agency_id")] = Field(description="Who asks")
    organisation_name: Annotated[Names, Filled("agency_name")]
    decider: Annotated[str, From("decider_id")] = Field(
        description="The organisation that decides on the result"
    )
    decider_name: Annotated[Names, Filled()]
    promised_on: Annotated[date, From("promised_on", str)] = Field(
        description="Until the end of this day in Muscat"
    )
    sampling: SamplingCode = Field(
        description="roll: those who were sent a code; self_selected: whoever wanted to"
    )
    channels: Annotated[list[ChannelCode], cell_of(" ".join)]
    form_sha256: str = Field(description="Of the questions as canonical JSON (RFC 8785); they never change")
    opens_at: datetime
    closes_at: datetime
    follows: Annotated[str | None, From("follows_id")] = Field(description="The same, asked before")
    release: Annotated[str | None, From("release_id")] = Field(
        description="What was found; null before it is published"
    )
    decision: Annotated[str | None, From("decision_id")]
    alike: Annotated[list[AlikeAnswersElement] | None, NO_CELLS] = Field(
        description="Answers as they were given, where at least five people gave exactly the same as each; null: not so"
    )
    changed_at: Annotated[datetime, From("state_changed_at")]


SURVEYS = OpenList(
    name="surveys",
    package="hub_api.programme.participation.surveys",
    prefix=PARTICIPATION,
    element=SurveyElement,
    parameters=SurveysParameters,
    position=by_identifier,
    version=QUERIES["version"],
)
router = SURVEYS.router()
