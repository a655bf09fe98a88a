"""``/portal/desk/alerts`` for duty officers, and ``/portal/desk/alert-rules``: what raises alerts."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from msgspec.structs import replace

from casework.access.model import Role
from casework.alerts import service
from casework.alerts.listing import DESK
from casework.decisions.machine import STAFF as DECIDERS
from casework.people.errors import Forbidden
from casework.programme import Session
from citycore.alerts.document import rule_of
from citycore.alerts.model import Rule
from citycore.alerts.service import Happened, Kept
from citycore.language import Language
from citycore.registry.document import Document
from hub_api.programme.casework.alerts.words import (
    ASSESSMENT,
    ASSIGNMENT,
    REMARK,
    RULE,
    called,
    keeper_of,
    severity_label,
    severity_of,
    standing_of,
    value_of,
    vocabulary,
    where,
)
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, labels_of, texts_of
from hub_api.programme.kit.pages import Onward, Page, as_sent
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
_ALERTS, _RULES = "/desk/alerts", "/desk/alert-rules"
Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
#: While the worker reckons a preview the page comes anew.
PREVIEW_SECONDS = 5


def watches(request: PortalRequest) -> None:
    if not any(request.person.actor.has(role) for role in service.WATCHERS):
        raise Forbidden


def keeps(request: PortalRequest) -> None:
    if not request.person.actor.has(Role.ADMINISTRATOR):
        raise Forbidden


page = partial(Page, router, here="desk", vocabulary=vocabulary)


ListPage(
    router,
    _ALERTS,
    DESK,
    (
        Column("list.title", called, link=f"{_ALERTS}/{{alert_id}}"),
        Column("alerts.severity", severity_of, "urgency"),
        Column("alerts.place", where),
        Column("alerts.value", value_of),
        Column("alerts.do_now", names("text")),
        Column("alerts.since", value("raised_at"), "raised"),
        Column("alerts.cleared", value("cleared_at")),
        Column("alerts.standing", standing_of),
        Column("alerts.with", keeper_of),
    ),
    guard=watches,
    here="desk",
    title="alerts.title",
    empty="alerts.none_open",
    lead="alerts.lead",
    beside={"alerts.rules": _RULES},
    fields={
        "state": FilterLabel("list.state", texts_of("alerts.standing_of")),
        "severity": FilterLabel("alerts.severity", labels_of(severity_label)),
    },
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, alert_id: UUID) -> dict[str, Any]:
    alert, history, rule = service.get_alert(session, alert_id)
    watchers, language = service.list_watchers(session), request.language
    keys = (alert.acknowledged_by, alert.assigned_to, *(one.by_whom for one in history))
    return {
        "title": alert.rule["name"][language],
        "alert": alert,
        "history": [(one, *told_of(one)) for one in history],
        "rule": rule,
        "then": rule_of(alert.rule),
        **properties_of(service.list_choices(session).known, language),
        "names": service.names_of(session, (*keys, *(one.note for one in history))),
        "watchers": [(str(one), names.shown(language)) for one, names in watchers.items()],
        "may_decide": alert.is_public and session.holds(DECIDERS, ()),
    }


PAGE = page(
    f"{_ALERTS}/{{alert_id}}",
    "casework/alerts/show.html",
    look,
    guard=watches,
    object_guard=service.require_alert,
)
PAGE.run("acknowledge", REMARK, "alert_acknowledged", service.acknowledge)
PAGE.run("assign", ASSIGNMENT, "alert_assigned", service.assign)
PAGE.run("assess", ASSESSMENT, "alert_assessed", service.assess)


def told_of(one: Happened) -> tuple[str, str | None]:
    """What happened, by the name of its text, and what somebody wrote to it: an assessment begins with its verdict."""
    if one.event != "assessed":
        return one.event, one.note
    verdict, _, words = (one.note or "").partition("; ")
    return f"assessed_{verdict}", words or None


def look_at_rules(session: Session, _: PortalRequest) -> dict[str, Any]:
    return {
        "rules": service.list_rules(session),
        "may_keep": session.holds(service.KEEPERS, ()),
    }


page(_RULES, "casework/alerts/rules.html", look_at_rules, guard=watches, title="alerts.rules")


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    service.require_keeper(session)
    return _form(session, request, None)


NEW = page(
    f"{_RULES}/new",
    "casework/alerts/rule_form.html",
    look_at_new,
    guard=keeps,
    object_guard=service.require_keeper,
    title="alerts.new_rule",
)


def look_at_rule(session: Session, request: PortalRequest, rule: Code) -> dict[str, Any]:
    kept = service.get_rule(session, rule)
    waits = kept.preview_wanted_at is not None
    return {
        "title": getattr(kept.rule.name, request.language),
        "kept": kept,
        "preview": told_preview(kept),
        "may_keep": session.holds(service.KEEPERS, ()),
        **properties_of(service.list_choices(session).known, request.language),
        "refresh": {"seconds": PREVIEW_SECONDS, "url": str(request.http.url.path)} if waits else None,
    }


def told_preview(kept: Kept) -> dict[str, Any] | None:
    """The preview with its instants as such."""
    if kept.preview is None or kept.previewed_at is None or "subjects" not in kept.preview:
        return None
    told = dict(kept.preview)
    told["since"], told["until"] = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
    told["subjects"] = [
        {**one, "first_at": one["first_at"] and datetime.fromisoformat(one["first_at"])}
        for one in sorted(told["subjects"], key=lambda one: -one["raised_count"])
    ]
    return told


RULE_PAGE = page(
    f"{_RULES}/{{rule}}",
    "casework/alerts/rule.html",
    look_at_rule,
    guard=watches,
    object_guard=service.get_rule,
)


def look_at_edit(session: Session, request: PortalRequest, rule: Code) -> dict[str, Any]:
    service.require_keeper(session)
    return _form(session, request, service.get_rule(session, rule).rule)


EDIT = page(
    f"{_RULES}/{{rule}}/edit",
    "casework/alerts/rule_form.html",
    look_at_edit,
    guard=keeps,
    object_guard=service.get_rule,
    title="alerts.change_rule",
)


def _form(session: Session, request: PortalRequest, rule: Rule | None) -> dict[str, Any]:
    choices, language = service.list_choices(session), request.language
    return {
        "rule": rule,
        "form": RULE.fill(rule, request.typed),
        "properties": [
            (each.code, _name(each, language))
            for each in choices.known.observed_properties
            if each.result_type == "measurement"
        ],
        "places": [(each.code, _name(each, language)) for each in choices.known.places],
        "receivers": [(each.code, each.code) for each in choices.receivers],
    }


async def make(request: PortalRequest, form: Form) -> Onward:
    rule = RULE(form)
    await request.run(partial(service.keep_rule, is_new=True), request.actor, rule)
    return Onward(f"{_RULES}/{rule.code}")


async def edit(request: PortalRequest, code: str, form: Form) -> Onward:
    await request.run(partial(service.keep_rule, is_new=False), request.actor, replace(RULE(form), code=code))
    return Onward(f"{_RULES}/{code}")


async def preview(request: PortalRequest, code: str, _: Form) -> None:
    await request.run(service.want_preview, request.actor, code)


async def switch_on(request: PortalRequest, code: str, _: Form) -> None:
    await request.run(service.switch, request.actor, code, "on")


async def switch_off(request: PortalRequest, code: str, _: Form) -> None:
    await request.run(service.switch, request.actor, code, "off")


NEW.answer("", as_sent, "alert_rule_kept", make)
EDIT.answer("", as_sent, "alert_rule_kept", edit)
RULE_PAGE.answer("preview", as_sent, "alert_preview_wanted", preview)
RULE_PAGE.answer("on", as_sent, "alert_rule_on", switch_on)
RULE_PAGE.answer("off", as_sent, "alert_rule_off", switch_off)


def properties_of(known: Document, language: Language) -> dict[str, Any]:
    """What templates say of observed properties: what each is called, and its unit."""
    by_code = {each.code: each for each in known.observed_properties}
    return {
        "property_name": lambda code: _name(by_code[code], language) if code in by_code else code,
        "unit_of": lambda code: by_code[code].unit if code in by_code else None,
    }


def _name(entry: Any, language: Language) -> str:
    name: str = entry.name_ar if language == "ar" else entry.name_en
    return name
