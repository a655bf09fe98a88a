"""Who is which side of a pilot, who sees it, what may be written, and what is published where. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.clock import CITY_ZONE
from hackathon.market.pilots.machine import AGENCY, PROGRAMME, PROVIDERS, PUBLIC
from hackathon.market.pilots.model import PACKAGE, NewThing, Pilot, Plan, ResultType, Thing
from hackathon.market.pilots.settings import PilotSettings

FIELDS = Fields(PACKAGE)
#: Without a hyphen, so that no namespace begins like another.
_CODE = re.compile(r"[a-z][a-z0-9]{2,19}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,40}")
_LONGITUDES, _LATITUDES = (-180.0, 180.0), (-90.0, 90.0)


def provider_scopes(
    provider_id: UUID | None, team_id: UUID | None, application_id: UUID | None
) -> frozenset[Scope]:
    """Where whoever provides it holds a role; one of them is set."""
    kinds = (
        (ScopeKind.ORGANISATION, provider_id),
        (ScopeKind.TEAM, team_id),
        (ScopeKind.APPLICATION, application_id),
    )
    return frozenset(Scope(kind, object_id) for kind, object_id in kinds if object_id is not None)


def scopes_of(pilot: Pilot) -> frozenset[Scope]:
    """Those of both sides."""
    own = provider_scopes(pilot.provider_id, pilot.team_id, pilot.application_id)
    return own | {Scope(ScopeKind.ORGANISATION, pilot.agency_id)}


def is_agency(actor: Actor, pilot: Pilot) -> bool:
    return holds_any(actor, AGENCY, [Scope(ScopeKind.ORGANISATION, pilot.agency_id)])


def is_provider(actor: Actor, pilot: Pilot) -> bool:
    return provides(actor, provider_scopes(pilot.provider_id, pilot.team_id, pilot.application_id))


def provides(actor: Actor, scopes: frozenset[Scope]) -> bool:
    """Speaks for the company, leads the team or the application; an officer of neither counts."""
    return holds_any(actor, PROVIDERS, scopes)


def is_inside(actor: Actor, pilot: Pilot) -> bool:
    """Has to do with it: both sides, who works with them in the team or the application, and the programme."""
    scopes = provider_scopes(pilot.provider_id, pilot.team_id, pilot.application_id)
    mates = holds_any(actor, (Role.TEAM_MEMBER, Role.CO_APPLICANT), scopes)
    return is_agency(actor, pilot) or is_provider(actor, pilot) or mates or holds_any(actor, PROGRAMME, [])


def may_see(actor: Actor, pilot: Pilot) -> bool:
    """Everybody sees what both have agreed; before, only who has to do with it."""
    return pilot.state in PUBLIC or is_inside(actor, pilot)


def why_wrong(plan: Plan, settings: PilotSettings, at: datetime) -> Refusal | None:
    """The first field of a plan that cannot be like this."""
    return next(_wrong_plan(plan, settings, at), None)


def why_wrong_thing(thing: NewThing, settings: PilotSettings) -> Refusal | None:
    return next(_wrong_thing(thing, settings), None)


def why_wrong_interval(seconds: int | None, settings: PilotSettings) -> Refusal | None:
    if seconds is None or 1 <= seconds <= settings.interval_seconds_max:
        return None
    return FIELDS.wrong("interval", f"1–{settings.interval_seconds_max}")


def code_of(pilot: Pilot, name: str) -> str:
    """The code of a thing in the namespace of its pilot."""
    return f"{pilot.namespace}-{name}"


def topic_of(pilot: Pilot, thing: Thing) -> str:
    """Where a thing publishes."""
    return f"falaj/v1/{pilot.namespace}/{thing.code}"


def example_of(thing: Thing, at: datetime) -> str:
    """A message of it in the native format: with its newest numbers, or what stands for them."""
    examples: dict[ResultType, object] = {
        ResultType.MEASUREMENT: 0.0,
        ResultType.CATEGORY: "dust",
        ResultType.POSITION: [58.4059, 23.588],
    }
    results = {
        one.what.code: examples[one.result_type] if one.result is None else one.result
        for one in thing.measures
    }
    time = at.astimezone(CITY_ZONE).replace(microsecond=0).isoformat()
    return json.dumps({"phenomenon_time": time, "results": results}, ensure_ascii=False)


def _wrong_plan(plan: Plan, settings: PilotSettings, at: datetime) -> Iterator[Refusal]:
    if _CODE.fullmatch(plan.code) is None:
        yield FIELDS.wrong("code", "a–z 0–9, 3–20")
    yield from FIELDS.wrong_texts(plan, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(plan, ("purpose_ar", "purpose_en"), settings.purpose_characters_max)
    if not 1 <= (plan.ends_on - plan.starts_on).days <= settings.days_max:
        yield FIELDS.wrong("ends_on", f"1–{settings.days_max}")
    if plan.ends_on <= at.astimezone(CITY_ZONE).date():
        yield FIELDS.wrong("ends_on", f"> {at.astimezone(CITY_ZONE).date().isoformat()}")


def _wrong_thing(thing: NewThing, settings: PilotSettings) -> Iterator[Refusal]:
    if _NAME.fullmatch(thing.name) is None:
        yield FIELDS.wrong("thing", "a–z 0–9 -, 1–31")
    if _KIND.fullmatch(thing.kind) is None:
        yield FIELDS.wrong("kind", "a–z 0–9 _")
    yield from FIELDS.wrong_texts(thing, ("name_ar", "name_en"), settings.name_characters_max)
    if (thing.longitude is None) != (thing.latitude is None):
        yield FIELDS.wrong("position", "0, 2")
    for value, (least, most) in ((thing.longitude, _LONGITUDES), (thing.latitude, _LATITUDES)):
        if value is not None and not least <= value <= most:
            yield FIELDS.wrong("position", f"{least:g}–{most:g}")
