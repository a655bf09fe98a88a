"""Who is which side of a pilot, who sees it, what may be written, and what is published where. Pure."""

from __future__ import annotations

import json
import re
from datetime import datetime

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.fields import Fields
from casework.workflow.wording import Span
from citycore.clock import CITY_ZONE
from hackathon.market.pilots.machine import AGENCY, PROGRAMME, PROVIDERS, PUBLIC
from hackathon.market.pilots.model import PACKAGE, Ground, NewThing, Pilot, Plan, ResultType, Thing
from hackathon.market.pilots.settings import PilotSettings

FIELDS = Fields(PACKAGE)
#: Without a hyphen, so that no namespace begins like another.
_CODE = re.compile(r"[a-z][a-z0-9]{2,19}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,40}")
_LONGITUDES, _LATITUDES = (-180.0, 180.0), (-90.0, 90.0)


def provider_scopes(of: Ground | Pilot) -> frozenset[Scope]:
    """Where whoever provides it holds a role: the company, the team or the application."""
    kinds = (
        (ScopeKind.ORGANISATION, of.provider_id),
        (ScopeKind.TEAM, of.team_id),
        (ScopeKind.APPLICATION, of.application_id),
    )
    return frozenset(Scope(kind, object_id) for kind, object_id in kinds if object_id is not None)


def scopes_of(pilot: Pilot) -> frozenset[Scope]:
    """Those of both sides."""
    return provider_scopes(pilot) | {Scope(ScopeKind.ORGANISATION, pilot.agency_id)}


def is_provider(actor: Actor, of: Ground | Pilot) -> bool:
    """Speaks for the company, leads the team or the application; an officer of neither counts."""
    return holds_any(actor, PROVIDERS, provider_scopes(of))


def is_inside(actor: Actor, pilot: Pilot) -> bool:
    """Has to do with it: both sides, who works with them in the team or the application, and the programme."""
    is_agency = holds_any(actor, AGENCY, [Scope(ScopeKind.ORGANISATION, pilot.agency_id)])
    mates = holds_any(actor, (Role.TEAM_MEMBER, Role.CO_APPLICANT), provider_scopes(pilot))
    return is_agency or is_provider(actor, pilot) or mates or holds_any(actor, PROGRAMME, [])


def may_see(actor: Actor, pilot: Pilot) -> bool:
    """Everybody sees what both have agreed; before, only who has to do with it."""
    return pilot.state in PUBLIC or is_inside(actor, pilot)


def check_plan(plan: Plan, settings: PilotSettings, at: datetime) -> None:
    """:class:`WrongField` for the first field of a plan that cannot be like this."""
    if _CODE.fullmatch(plan.code) is None:
        raise FIELDS.wrong("code", "a–z 0–9, 3–20")
    FIELDS.check_texts(plan, ("title_ar", "title_en"), settings.title_characters_max)
    FIELDS.check_texts(plan, ("purpose_ar", "purpose_en"), settings.purpose_characters_max)
    if not 1 <= (plan.ends_on - plan.starts_on).days <= settings.days_max:
        raise FIELDS.wrong("ends_on", f"1–{settings.days_max}")
    if plan.ends_on <= at.astimezone(CITY_ZONE).date():
        raise FIELDS.wrong("ends_on", Span(first=at.astimezone(CITY_ZONE).date()))


def check_thing(thing: NewThing, settings: PilotSettings) -> None:
    """The same of a thing."""
    if _NAME.fullmatch(thing.name) is None:
        raise FIELDS.wrong("thing", "a–z 0–9 -, 1–31")
    if _KIND.fullmatch(thing.kind) is None:
        raise FIELDS.wrong("kind", "a–z 0–9 _")
    FIELDS.check_texts(thing, ("name_ar", "name_en"), settings.name_characters_max)
    if (thing.longitude is None) != (thing.latitude is None):
        raise FIELDS.wrong("position", "0, 2")
    for value, (least, most) in ((thing.longitude, _LONGITUDES), (thing.latitude, _LATITUDES)):
        if value is not None and not least <= value <= most:
            raise FIELDS.wrong("position", f"{least:g}–{most:g}")


def check_interval(seconds: int | None, settings: PilotSettings) -> None:
    if seconds is not None and not 1 <= seconds <= settings.interval_seconds_max:
        raise FIELDS.wrong("interval", f"1–{settings.interval_seconds_max}")


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
