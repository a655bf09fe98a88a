"""Alerts and their rules for whoever looks after them in the portal. Who may what:
duty officers and administrators see all and look after alerts, administrators keep the rules.

They are the city's, whose registry has a role of its own: what is written there is committed once it stands in the audit log
(:func:`casework.sources.service.change`). Whoever did something stands there by their key, never by a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from casework.access.model import HUB, Actor, Role
from casework.alerts.errors import PACKAGE, AlertFieldWrong
from casework.alerts.passage import QUERIES
from casework.audit.model import HUB_CHAIN, Detail, Line
from casework.people.model import Names
from casework.people.roles.service import list_holders
from casework.people.standing import find_names
from casework.programme import Programme, Session
from casework.sources.model import Registry
from casework.sources.service import change, changing
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from casework.workflow.wording import Label
from citycore.alerts import service as alerts
from citycore.alerts.errors import AlertNotFound, AlertRuleInvalid, AlertRuleNotFound
from citycore.alerts.model import Rule
from citycore.alerts.service import Happened, Kept, Receiver, Watched
from citycore.alerts.settings import AlertSettings
from citycore.registry.document import Document
from citycore.registry.service import vocabulary
from citycore.store.connections import Connection
from citycore.store.rows import only_row

WATCHERS = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
KEEPERS = frozenset({Role.ADMINISTRATOR})
#: What a form calls the fields of a rule that it asks for in parts, or in another unit.
_FIELDS: Mapping[str, str] = {
    "": "kind",
    "name": "name_en",
    "text": "text_en",
    "quiet.from": "quiet_from",
    "quiet.to": "quiet_to",
    "missing_seconds": "missing_minutes",
    "duration_seconds": "duration_minutes",
    "clear_seconds": "clear_minutes",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody adds when they acknowledge an alert."""

    note: str | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to look after an alert: somebody with an account here, or a unit, which is no person."""

    person: UUID | None
    other: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether there was a reason for an alert."""

    verdict: Literal["false", "justified"]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a rule can name."""

    known: Document
    receivers: Sequence[Receiver]


def is_watcher(session: Session) -> bool:
    return session.holds(WATCHERS, {HUB})


def require_watcher(session: Session, *_: object) -> None:
    session.require(WATCHERS, {HUB})


def require_keeper(session: Session, *_: object) -> None:
    session.require(KEEPERS, {HUB})


def get_alert(session: Session, alert_id: UUID) -> tuple[Watched, Sequence[Happened], Kept | None]:
    """An alert, what happened to it, and its rule as it is now, unless that was removed; :class:`NoSuchObject`."""
    require_watcher(session)
    with session.of(Registry).connect() as connection:
        try:
            alert = alerts.get_watched(connection, alert_id)
        except AlertNotFound as error:
            raise NoSuchObject from error
        kept = alerts.list_rules(connection, str(alert.rule["code"]))
        return alert, alerts.history(connection, alert_id), kept[0] if kept else None


def require_alert(session: Session, alert_id: UUID) -> None:
    get_alert(session, alert_id)


def list_rules(session: Session) -> Sequence[Kept]:
    require_watcher(session)
    with session.of(Registry).connect() as connection:
        return alerts.list_rules(connection)


def get_rule(session: Session, code: str) -> Kept:
    """:class:`NoSuchObject`."""
    require_watcher(session)
    with session.of(Registry).connect() as connection:
        try:
            return alerts.get_rule(connection, code)
        except AlertRuleNotFound as error:
            raise NoSuchObject from error


def list_choices(session: Session) -> Choices:
    """What forms and pages of rules call things."""
    require_watcher(session)
    with session.of(Registry).connect() as connection, connection.transaction():
        return Choices(vocabulary(connection), alerts.list_receivers(connection))


def list_watchers(session: Session) -> Mapping[UUID, Names]:
    """To whom an alert can be given."""
    require_watcher(session)
    holders = [each.person_id for role in sorted(WATCHERS) for each in list_holders(session, role, HUB)]
    return find_names(session.connection, list(dict.fromkeys(holders)))


def names_of(session: Session, keys: Iterable[str | None]) -> Mapping[str, Names]:
    """What those are called whose keys are among these; what is no key, or of somebody who is erased, is left out."""
    found = find_names(session.connection, [key for text in keys if (key := _key(text)) is not None])
    return {str(person_id): names for person_id, names in found.items()}


def refuse_person(session: Session, words: str) -> None:
    """:class:`AlertFieldWrong` for what somebody with an account is called or reached by: it would outlive their erasure."""
    if "@" in words or only_row(session.connection, bool, QUERIES["names_person"], {"words": words.strip()}):
        raise AlertFieldWrong("other", Label(PACKAGE, "fault.is_person"))


def acknowledge(programme: Programme, actor: Actor, alert_id: UUID, remark: Remark) -> None:
    with change(programme, actor) as (session, connection):
        _acknowledge(session, connection, alert_id, remark)


def acknowledge_seen(session: Session, alert_id: UUID, remark: Remark, seen: int) -> None:
    """The same by a program, of an alert to which so much had happened when it was seen; :class:`ChangedMeanwhile`."""
    with changing(session) as connection:
        _acknowledge(session, connection, alert_id, remark)
        # The alert is locked by now: what happened besides came before.
        if len(alerts.history(connection, alert_id)) != seen + 1:
            raise ChangedMeanwhile


def assign(programme: Programme, actor: Actor, alert_id: UUID, assignment: Assignment) -> None:
    with change(programme, actor) as (session, connection):
        _check_alert(session, alert_id, "other", assignment.other)
        if assignment.person is not None and assignment.person not in list_watchers(session):
            raise NotAllowed
        whom = assignment.other if assignment.person is None else str(assignment.person)
        if whom is None:
            raise AlertFieldWrong("person", Label(PACKAGE, "fault.nobody"))
        if assignment.person is None:
            refuse_person(session, whom)
        alerts.assign(connection, alert_id, session.actor.key, whom)
        _note(session, alert_id, "assign_alert")


def assess(programme: Programme, actor: Actor, alert_id: UUID, assessment: Assessment) -> None:
    is_false = assessment.verdict == "false"
    with change(programme, actor) as (session, connection):
        _check_alert(session, alert_id, "reason", assessment.reason)
        alerts.assess(connection, alert_id, session.actor.key, is_false=is_false, note=assessment.reason)
        _note(session, alert_id, "assess_alert", is_false=is_false)


def keep_rule(programme: Programme, actor: Actor, rule: Rule, *, is_new: bool) -> None:
    """Keep it as a draft; its preview is reckoned by the worker. :class:`AlertFieldWrong`."""
    with change(programme, actor) as (session, connection):
        require_keeper(session)
        try:
            alerts.keep_rule(connection, rule, AlertSettings(), is_new=is_new)
        except AlertRuleInvalid as error:
            where = str(error.details["where"])
            field = _FIELDS.get(where, where.replace(".", "_").partition("[")[0])
            fault = Label(AlertRuleInvalid.package, f"fault.{error.details['reason']}")
            raise AlertFieldWrong(field, fault) from error
        _note(session, session.person_id, "keep_alert_rule", rule=rule.code)


def want_preview(programme: Programme, actor: Actor, code: str) -> None:
    with change(programme, actor) as (session, connection):
        require_watcher(session)
        alerts.want_preview(connection, code)


def switch(programme: Programme, actor: Actor, code: str, state: Literal["on", "off"]) -> None:
    with change(programme, actor) as (session, connection):
        require_keeper(session)
        alerts.switch(connection, code, state)
        _note(session, session.person_id, f"switch_alert_rule_{state}", rule=code)


def _acknowledge(session: Session, connection: Connection, alert_id: UUID, remark: Remark) -> None:
    _check_alert(session, alert_id, "note", remark.note)
    alerts.acknowledge(connection, alert_id, session.actor.key, remark.note)
    _note(session, alert_id, "acknowledge_alert")


def _check_alert(session: Session, alert_id: UUID, field: str, text: str | None) -> None:
    """That the actor may write about it, and that what they write is no novel."""
    require_alert(session, alert_id)
    if text is not None and len(text) > AlertSettings().note_characters_max:
        raise AlertFieldWrong(field, Label(PACKAGE, "fault.too_long"))


def _key(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None


def _note(session: Session, object_id: UUID, event: str, **details: Detail) -> None:
    """A rule has no identifier in the log: the line is about who changed it."""
    kind = "alert_rule" if "rule" in details else "alert"
    line = Line(
        HUB_CHAIN, session.now(), session.actor.key, kind, object_id, event, None, None, None, details
    )
    session.log(line)
