"""``/v1/innovation/challenges``: those that were published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from casework.workflow.wording import Label
from citycore.store.queries import load_queries
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.model import Terms
from hub_api.programme.casework.organisations.public import organisation_named
from hub_api.programme.open_data.elements import BY_ROLE, From, Worded, joined
from hub_api.programme.open_data.lists import OpenList, by_identifier
from hub_api.programme.open_data.shapes import OneOf, OrganisationName, PlainExportQuery
from hub_api.serving.hub import Hub
from hub_api.serving.lists.model import Element
from hub_api.serving.parameters import Name
from hub_api.serving.schemas import Names, Schema
from hub_api.serving.shapes import names

PACKAGE = "hub_api.programme.contest.challenges"
QUERIES = load_queries(PACKAGE)
ChallengeState = Literal["published"]
TermsCode = Annotated[str, OneOf(Terms)]


class ChallengesParameters(PlainExportQuery):
    hackathon: Name | None = None
    organisation: Name | None = None
    dataset: Name | None = None
    thing: Name | None = None


class DatasetLink(Schema):
    dataset: str
    url: str


class ThingLink(Schema):
    thing: str
    url: str


def dataset_link(code: str) -> Element:
    return {"dataset": code, "url": f"/v1/datasets/{quote(code, safe='')}"}


def _dataset_links(codes: Iterable[str]) -> list[Element]:
    return [dataset_link(code) for code in codes]


def _thing_links(codes: Iterable[str]) -> list[Element]:
    return [{"thing": code, "url": f"/v1/things/{quote(code, safe='')}"} for code in codes]


class ChallengeElement(Schema):
    challenge: Annotated[str, From("challenge_id")]
    hackathon: Annotated[str, From("hackathon_code")]
    name: Annotated[Names, From("title")]
    problem: Names
    state: ChallengeState
    state_name: Annotated[Names, Worded(CHALLENGE.public_label)]
    organisation: Annotated[OrganisationName | None, BY_ROLE] = Field(
        description="null while its organisation is not verified"
    )
    terms: TermsCode | None = Field(description="Whom the work will belong to")
    terms_name: Annotated[Names | None, Worded(lambda terms: Label(CHALLENGE.package, f"terms.{terms}"))]
    datasets: Annotated[list[DatasetLink], From("datasets", _dataset_links), joined("dataset")]
    things: Annotated[list[ThingLink], From("things", _thing_links), joined("thing")]


CHALLENGES = OpenList(
    name="challenges",
    package=PACKAGE,
    element=ChallengeElement,
    parameters=ChallengesParameters,
    position=by_identifier,
    noun="challenge",
    checks={"organisation": organisation_named},
)
router = CHALLENGES.router()


async def linking_challenges(hub: Hub, noun: Literal["dataset", "thing"], code: str) -> list[Element]:
    """The public challenges that link a dataset or a thing."""
    rows = await hub.database.fetch(QUERIES[f"challenges_of_{noun}"], {"code": code})
    return [
        {
            "challenge": str(challenge_id),
            "hackathon": hackathon,
            "name": names(title_en, title_ar),
            "url": f"/v1/innovation/challenges/{challenge_id}",
        }
        for challenge_id, hackathon, title_en, title_ar in rows
    ]
