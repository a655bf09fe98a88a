"""``/v1/participation/decisions``: what was said, what was decided and what was done, as a list and as feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from casework.decisions.machine import ACTION, DECISION
from casework.decisions.settings import DecisionSettings
from citycore.language import Language
from citycore.store.queries import load_queries
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.open_data.elements import Cells, Filled, From, Worded, cell_of
from hub_api.programme.open_data.lists import PARTICIPATION, OpenList, by_identifier
from hub_api.programme.open_data.shapes import Governorate, OneOf, PlainExportQuery, governorate_label
from hub_api.serving.database import Row
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.model import Column
from hub_api.serving.pages.layout import TEMPLATES, base_url
from hub_api.serving.parameters import AnyQuery, Name
from hub_api.serving.schemas import Names, Schema
from hub_api.serving.texts import language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag

QUERIES = load_queries("hub_api.programme.casework.decisions")
DecisionState = Annotated[str, OneOf(tuple(one.name for one in DECISION.states if one.name != "withdrawn"))]
ActionState = Annotated[str, OneOf(tuple(one.name for one in ACTION.states))]
Outcome = Literal["accepted", "partly", "rejected"]
#: All kinds in one cell.
KINDS = cell_of(" ".join)


def _count(state: str, actions: Sequence[dict[str, Any]]) -> int:
    return sum(one["state"] == state for one in actions)


#: How many are promised, claimed and verified: three numbers, and no rate.
COUNTED = Cells(
    lambda field: [
        Column(f"{state}_count", "whole", (field,), partial(_count, state))
        for state in ("promised", "claimed", "verified")
    ]
)


class DecisionsParameters(PlainExportQuery):
    state: DecisionState | None = None
    outcome: Outcome | None = None
    organisation: Name | None = None
    governorate: Governorate | None = None
    kind: Name | None = None
    overdue: bool | None = None


class ActionElement(Schema):
    text: Names
    owner_name: Names
    due_on: Annotated[date, From("due_on", str)]
    state: ActionState
    evidence: str | None = Field(description="Where it can be seen that it is done")
    claimed_at: datetime | None
    verified_at: datetime | None


class DecisionElement(Schema):
    decision: Annotated[str, From("decision_id")]
    name: Annotated[Names, From("title")]
    heard: Names
    kinds: Annotated[list[str], KINDS] = Field(description="What it stands on, by kind")
    ground_count: Annotated[int, From("grounds")]
    governorate: Governorate | None = Field(description="null: it is about all of Oman")
    governorate_name: Annotated[Names | None, Worded(governorate_label)]
    recommendation: Names
    state: DecisionState
    state_name: Annotated[Names, Worded(partial(DECISION.label, "state"))]
    owner: Annotated[str | None, From("owner_id")] = Field(description="The organisation that answers")
    owner_name: Annotated[Names | None, Filled()]
    due_at: datetime | None = Field(description="Until when an answer is owed")
    outcome: Outcome | None = Field(description="How it was answered, whatever came afterwards")
    answer: Names | None
    reason: Names | None = Field(description="Why not all was accepted")
    answered_at: datetime | None
    actions: Annotated[list[ActionElement], COUNTED]
    done_at: datetime | None
    disputed_at: datetime | None
    replaces: Annotated[str | None, From("replaces_id")]
    replaced_by: str | None
    heard_at: Annotated[datetime, From("created_at")]
    changed_at: Annotated[datetime, From("state_changed_at")]


DECISIONS = OpenList(
    name="decisions",
    package="hub_api.programme.casework.decisions",
    element=DecisionElement,
    parameters=DecisionsParameters,
    position=by_identifier,
    prefix=PARTICIPATION,
    version=QUERIES["version"],
)
router = APIRouter(prefix=PARTICIPATION)


@router.get("/decisions/feed.atom", include_in_schema=False)
async def atom(request: Request, hub: HubHere, _: Annotated[AnyQuery, Query()]) -> Response:
    language, site, rows = language_of(request), base_url(request), await _newest(request, hub)
    body = TEMPLATES.get_template("programme/casework/decisions/feed.xml").render(
        entries=[entry(row, language, site) for row in rows],
        language=language,
        base_url=site,
        title=WORDS.text("decisions.title", language),
        author=WORDS.text("brand", language),
        updated=rows[0].changed_at if rows else hub.clock(),
    )
    return _feed(request, hub, body.encode(), "application/atom+xml; charset=utf-8")


@router.get("/decisions/feed.json", include_in_schema=False)
async def json(request: Request, hub: HubHere, _: Annotated[AnyQuery, Query()]) -> Response:
    language, site, rows = language_of(request), base_url(request), await _newest(request, hub)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": WORDS.text("decisions.title", language),
        "language": language,
        "home_page_url": f"{site}{MOUNT}/decisions?lang={language}",
        "feed_url": f"{site}{PARTICIPATION}/decisions/feed.json?lang={language}",
        "items": [
            {
                "id": one["urn"],
                "url": one["url"],
                "title": one["title"],
                "content_text": one["text"],
                "date_published": one["published"],
                "date_modified": one["updated"],
                "tags": [one["state"]],
            }
            for one in (entry(row, language, site) for row in rows)
        ],
    }
    return _feed(request, hub, orjson.dumps(feed), "application/feed+json")


DECISIONS.router(router)


def entry(row: Any, language: Language, site: str) -> dict[str, Any]:
    """A decision as readers of feeds see it: what was said, and what was answered and why if it was."""

    def of(name: str) -> str:
        return getattr(row, f"{name}_{language}") or ""

    state = DECISION.label("state", row.state).text(language)
    parts = [of("heard"), *([f"{state}: {of('answer')}", of("reason")] if row.outcome else [state])]
    return {
        "urn": f"urn:uuid:{row.decision_id}",
        "url": f"{site}{MOUNT}/decisions/{row.decision_id}?lang={language}",
        "title": of("title"),
        "text": "\n\n".join(part for part in parts if part),
        "published": row.created_at.isoformat(),
        "updated": row.changed_at.isoformat(),
        "state": row.state,
    }


async def _newest(request: Request, hub: Hub) -> Sequence[Any]:
    most = request.app.state.office.programme.of(DecisionSettings).feed_rows_max
    rows: Sequence[Row] = await hub.database.fetch(QUERIES["newest"], {"rows": most}, is_named=True)
    return rows


def _feed(request: Request, hub: Hub, body: bytes, media_type: str) -> Response:
    headers = {
        "ETag": weak_etag(body.decode()),
        "Vary": "Accept-Language",
        "Cache-Control": f"public, max-age={hub.settings.live_cache_seconds:.0f}",
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return Response(body, media_type=media_type, headers=headers)
