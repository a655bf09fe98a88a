"""``/portal/desk/annotations``: officers write, correct and withdraw what stands on the time line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import Role
from casework.annotations import service
from casework.annotations.machine import ANNOTATION, WRITERS
from casework.annotations.model import Kind, Note, Span
from casework.annotations.rules import days
from casework.lists.model import Row
from casework.people.errors import Forbidden
from casework.programme import Session
from casework.workflow.wording import Label, day_text, instant_text
from citycore.clock import CITY_ZONE, day_end
from citycore.language import Language
from hub_api.programme.kit.errors import DateUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import Fields, Special, ValueForm

router = APIRouter(prefix="/portal", include_in_schema=False)
PATH: Final = "/desk/annotations"
#: What the address of a new one may say beforehand, as links of the dashboards do.
BEGUN: Final = ("place", "thing", "observed_property", "starts_on", "ends_on")


def writes_annotations(request: PortalRequest) -> None:
    """The guard of those who may write them."""
    if not any(request.person.actor.has(role) for role in WRITERS):
        raise Forbidden


def read_span(form: Form) -> Span:
    """Days where no time is given, one instant where no end is; :class:`DateUnreadable`."""
    first, last = form.chosen_day("starts_on"), None
    if form.text("ends_on").strip():
        last = form.chosen_day("ends_on")
    begins, ends = (_time(form, name) for name in ("start_time", "end_time"))
    try:
        if begins is None and ends is None:
            return days(first, last or first)
        start = datetime.combine(first, begins or time.min, CITY_ZONE)
        if ends is not None:
            return Span(start, datetime.combine(last or first, ends, CITY_ZONE))
        return Span(start, None if last is None else day_end(last, CITY_ZONE))
    except OverflowError as error:
        raise DateUnreadable("starts_on") from error


def write_span(span: Span) -> Fields:
    """The same, as the form shows it."""
    if span.is_whole_days:
        first, last = _day(span.starts_at), _day((span.ends_at or span.starts_at) - timedelta(microseconds=1))
        said = {"starts_on": [first.isoformat()], "ends_on": [last.isoformat()]}
        return said if last > first else {"starts_on": said["starts_on"]}
    found = {"starts_on": [_day(span.starts_at).isoformat()], "start_time": [_clock(span.starts_at)]}
    if span.ends_at is not None:
        found |= {"ends_on": [_day(span.ends_at).isoformat()], "end_time": [_clock(span.ends_at)]}
    return found


def _day(instant: datetime) -> date:
    return instant.astimezone(CITY_ZONE).date()


def _clock(instant: datetime) -> str:
    local = instant.astimezone(CITY_ZONE)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _time(form: Form, name: str) -> time | None:
    text = form.text(name).strip()
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError as error:
        raise DateUnreadable(name) from error


NOTE: Final = ValueForm(Note, special={"span": Special(read_span, write_span)})


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    return {"kinds": [(kind.value, kind.label.text(request.language)) for kind in Kind]}


def choices(session: Session, language: Language) -> Mapping[str, list[tuple[str, str]]]:
    """What can be chosen, by the kind of what it is about."""
    found: dict[str, list[tuple[str, str]]] = {"place": [], "observed_property": []}
    for one in service.list_choices(session):
        found[one.kind].append((one.code, one.names.shown(language)))
    return {kind: sorted(known, key=lambda pair: pair[1]) for kind, known in found.items()}


def begins(row: Row, language: Language) -> str:
    """When it begins, and of whole days or what lasts until when, in the city's time."""
    start, end = row["starts_at"].astimezone(CITY_ZONE), row["ends_at"]
    if row["is_whole_days"]:
        last = _day(end - timedelta(microseconds=1))
        days = [start.date(), last] if last != start.date() else [last]
        return " – ".join(day_text(day, language) for day in days)
    ends = [start] if end is None else [start, end]
    return " – ".join(instant_text(at, language) for at in ends)


def role_label(role: str) -> Label:
    return Label("casework.access", f"role.{Role(role)}")


ListPage(
    router,
    PATH,
    service.DESK,
    (
        Column("list.title", names("title"), link=PATH + "/{annotation_id}"),
        Column("annotations.when", begins, "begins"),
        Column("annotations.about", names("about")),
        Column("annotations.kind", code("kind", lambda kind: Kind(kind).label)),
        Column("annotations.by", code("author_role", role_label)),
        Column("list.state", state(ANNOTATION)),
        Column("annotations.changed", value("changed_at"), "changed"),
    ),
    guard=writes_annotations,
    here="desk",
    title="annotations.title",
    empty="annotations.empty",
    lead="annotations.lead",
    fields={
        "q": FilterLabel("list.search"),
        "state": FilterLabel("list.state", states_of(ANNOTATION)),
        "kind": FilterLabel("annotations.kind", labels_of(lambda kind: Kind(kind).label)),
    },
    begins=(("annotations.new", PATH + "/new"),),
    bulk=bulk_steps(ANNOTATION, ("withdraw",), service.move),
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    begun = Form({name: [request.query(name)] for name in BEGUN if request.query(name)})
    return {
        "annotation": None,
        "written": request.typed if request.sent is not None else begun,
        "choices": choices(session, request.language),
    }


def write(session: Session, note: Note) -> Onward:
    return Onward(f"{PATH}/{service.write(session, note)}")


Page(
    router,
    PATH + "/new",
    "casework/annotations/show.html",
    look_at_new,
    guard=writes_annotations,
    title="annotations.new",
    here="desk",
    vocabulary=vocabulary,
).post("", NOTE, "annotation_written", write)


def look(session: Session, request: PortalRequest, annotation_id: UUID) -> dict[str, Any]:
    found = service.get_annotation(session, annotation_id)
    return {
        "title": found.note.title_ar or found.note.title_en
        if request.language == "ar"
        else found.note.title_en or found.note.title_ar,
        "annotation": found,
        "is_open": found.state == ANNOTATION.initial.name,
        "byline": role_label(found.author_role),
        "steps": steps_on(session, request, ANNOTATION, annotation_id),
        "step_words": session.words(annotation_id),
        "written": NOTE.fill(found.note, request.typed),
        "choices": choices(session, request.language),
    }


PAGE = Page(
    router,
    PATH + "/{annotation_id}",
    "casework/annotations/show.html",
    look,
    guard=writes_annotations,
    object_guard=service.get_annotation,
    subject=Subject(ANNOTATION, "annotation", without_dates),
    here="desk",
    vocabulary=vocabulary,
)
PAGE.steps(service.move)
PAGE.edit("edit", NOTE, "saved", service.correct)
