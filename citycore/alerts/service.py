"""Rules, receivers and alerts as an operator keeps them. What raises alerts is :mod:`ingest.alerts`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from psycopg.types.json import Jsonb

from citycore.alerts.document import check_property, checked_rule, plain, read_rules, rule_of
from citycore.alerts.errors import (
    AlertNotFound,
    AlertReceiverInvalid,
    AlertReceiverNotFound,
    AlertRuleInvalid,
    AlertRuleNotFound,
    AlertRuleNotPreviewed,
    AlertRulesFull,
)
from citycore.alerts.model import Rule
from citycore.alerts.settings import AlertSettings
from citycore.language import Language
from citycore.store.connections import Connection
from citycore.store.described import stored_properties
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("citycore.alerts")
ADDRESS_CHARACTERS_MAX = 500
_SECRET_BYTES = 32
_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")


class Kept(NamedTuple):
    """A rule with its preview, and how many of its alerts were raised, assessed, and false."""

    rule: Rule
    state: str
    preview: dict[str, Any] | None
    previewed_at: datetime | None
    raised_count: int
    assessed_count: int
    false_count: int
    #: Since when a preview is asked for that is not there yet.
    preview_wanted_at: datetime | None

    @property
    def false_share(self) -> float | None:
        """Of the alerts that somebody has assessed; None while nobody has."""
        return self.false_count / self.assessed_count if self.assessed_count else None


class Receiver(NamedTuple):
    code: str
    kind: str
    address: str
    language: Language
    failure_count: int
    resting_until: datetime | None


class Listed(NamedTuple):
    """An alert in a list; ``is_false`` is None while nobody has assessed it."""

    alert_id: UUID
    rule_code: str
    subject: str
    severity: str
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_by: str | None
    assigned_to: str | None
    is_false: bool | None


class Watched(NamedTuple):
    """An alert as who looks after it sees it. ``rule`` is as it was then; ``unit`` that of the value, None of an index."""

    alert_id: UUID
    rule: Mapping[str, Any]
    severity: str
    is_public: bool
    raised_at: datetime
    value: float | None
    unit: str | None
    expected_at: datetime | None
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    assigned_to: str | None
    is_false: bool | None
    thing: str
    thing_en: str
    thing_ar: str
    place_en: str | None
    place_ar: str | None
    is_simulated: bool


class Happened(NamedTuple):
    event: str
    at: datetime
    noted_at: datetime
    value: float | None
    by_whom: str | None
    note: str | None


def load_rules(connection: Connection, text: str, settings: AlertSettings) -> list[Rule]:
    """Keep the rules of a document, all or none; those that are new or changed are drafts.

    :class:`AlertRuleInvalid` or :class:`AlertRulesFull`.
    """
    rules = read_rules(text)
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        known = stored_properties(connection)
        for rule in rules:
            check_property(rule, known)
            connection.execute(QUERIES["keep_rule"], {"code": rule.code, "document": Jsonb(plain(rule))})
        _check_counts(connection, settings)
    return rules


def keep_rule(connection: Connection, rule: Rule, settings: AlertSettings, *, is_new: bool) -> None:
    """Keep a rule that was put together field by field, as a draft, and ask for its preview. A new one takes nobody's place.

    :class:`AlertRuleInvalid` names the field alone, "" for several; :class:`AlertRulesFull`.
    """
    checked = checked_rule(rule)
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        if is_new and list_rules(connection, checked.code):
            raise AlertRuleInvalid(where="code", reason="same_code")
        try:
            check_property(checked, stored_properties(connection))
        except AlertRuleInvalid as error:
            where = str(error.details["where"]).rpartition(".")[2]
            raise AlertRuleInvalid(where=where, reason=error.details["reason"]) from error
        connection.execute(QUERIES["keep_rule"], {"code": checked.code, "document": Jsonb(plain(checked))})
        _check_counts(connection, settings)
        want_preview(connection, checked.code)


def want_preview(connection: Connection, code: str) -> None:
    """Have the worker reckon how often the rule would have been raised lately; :class:`AlertRuleNotFound`."""
    if connection.execute(QUERIES["want_preview"], {"code": code}).fetchone() is None:
        raise AlertRuleNotFound(code=code)


def list_rules(connection: Connection, code: str | None = None) -> list[Kept]:
    rows = connection.execute(QUERIES["rules"], {"code": code}).fetchall()
    return [Kept(rule_of(document), *rest) for _, document, *rest in rows]


def get_rule(connection: Connection, code: str) -> Kept:
    """:class:`AlertRuleNotFound`."""
    found = list_rules(connection, code)
    if not found:
        raise AlertRuleNotFound(code=code)
    return found[0]


def keep_preview(connection: Connection, rule: Rule, preview: dict[str, Any]) -> None:
    """Unless the rule has changed meanwhile."""
    parameters = {"code": rule.code, "document": Jsonb(plain(rule)), "preview": Jsonb(preview)}
    connection.execute(QUERIES["keep_preview"], parameters)


def switch(connection: Connection, code: str, state: Literal["on", "off"]) -> None:
    """:class:`AlertRuleNotFound`, and :class:`AlertRuleNotPreviewed` for what nobody has seen a preview of."""
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        kept = get_rule(connection, code)
        if state == "on" and kept.previewed_at is None:
            raise AlertRuleNotPreviewed(code=code)
        if kept.state != state:
            connection.execute(QUERIES["switch"], {"code": code, "state": state})


def remove_rule(connection: Connection, code: str) -> None:
    """Its alerts stay. :class:`AlertRuleNotFound`."""
    if connection.execute(QUERIES["remove_rule"], {"code": code}).fetchone() is None:
        raise AlertRuleNotFound(code=code)


def keep_receiver(
    connection: Connection, code: str, address: str, language: Language, settings: AlertSettings
) -> str | None:
    """Tell alerts to an address, of the web or of mail; the secret of a webhook, which is shown once.

    :class:`AlertReceiverInvalid` or :class:`AlertRulesFull`.
    """
    if not _CODE.fullmatch(code):
        raise AlertReceiverInvalid(reason="its name has small letters, digits and _")
    kind = _kind_of(address)
    secret = secrets.token_urlsafe(_SECRET_BYTES) if kind == "webhook" else None
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        connection.execute(
            QUERIES["keep_receiver"],
            {"code": code, "kind": kind, "address": address, "language": language, "secret": secret},
        )
        _check_counts(connection, settings)
    return secret


def list_receivers(connection: Connection) -> list[Receiver]:
    return [Receiver(*row) for row in connection.execute(QUERIES["receivers"]).fetchall()]


def remove_receiver(connection: Connection, code: str) -> None:
    """:class:`AlertReceiverNotFound`."""
    if connection.execute(QUERIES["remove_receiver"], {"code": code}).fetchone() is None:
        raise AlertReceiverNotFound(code=code)


def list_alerts(connection: Connection, rows: int, *, is_open: bool = False) -> Sequence[Listed]:
    """The newest first."""
    found = connection.execute(QUERIES["alerts"], {"rows": rows, "is_open": is_open}).fetchall()
    return [Listed(*row) for row in found]


def get_watched(connection: Connection, alert_id: UUID) -> Watched:
    """:class:`AlertNotFound`."""
    found = rows_of(connection, Watched, QUERIES["watched"], {"alert_id": alert_id})
    if not found:
        raise AlertNotFound(alert=alert_id)
    return found[0]


def history(connection: Connection, alert_id: UUID) -> Sequence[Happened]:
    """What happened to an alert, in its order; :class:`AlertNotFound`."""
    found = connection.execute(QUERIES["history"], {"alert_id": alert_id}).fetchall()
    if not found:
        raise AlertNotFound(alert=alert_id)
    return [Happened(*row) for row in found]


def acknowledge(connection: Connection, alert_id: UUID, by_whom: str, note: str | None = None) -> None:
    """Somebody has seen it. :class:`AlertNotFound`."""
    _change(
        connection, "acknowledge", "acknowledged", {"alert_id": alert_id, "by_whom": by_whom, "note": note}
    )


def assign(connection: Connection, alert_id: UUID, by_whom: str, to_whom: str) -> None:
    """Somebody is to look after it. :class:`AlertNotFound`."""
    _change(connection, "assign", "assigned", {"alert_id": alert_id, "by_whom": by_whom, "note": to_whom})


def assess(
    connection: Connection, alert_id: UUID, by_whom: str, *, is_false: bool, note: str | None = None
) -> None:
    """Whether there was a reason for it, from which the share of false alarms is made. :class:`AlertNotFound`."""
    told = "; ".join(each for each in ("false" if is_false else "justified", note) if each)
    _change(
        connection,
        "assess",
        "assessed",
        {"alert_id": alert_id, "by_whom": by_whom, "note": told, "is_false": is_false},
    )


def _change(
    connection: Connection,
    statement: Literal["acknowledge", "assign", "assess"],
    event: str,
    values: dict[str, object],
) -> None:
    with connection.transaction():
        if connection.execute(QUERIES[statement], values).fetchone() is None:
            raise AlertNotFound(alert=values["alert_id"])
        connection.execute(QUERIES["note"], {**values, "event": event})


def _check_counts(connection: Connection, settings: AlertSettings) -> None:
    rules, receivers = connection.execute(QUERIES["counts"]).fetchone() or (0, 0)
    if rules > settings.rules_max or receivers > settings.receivers_max:
        raise AlertRulesFull(rules_max=settings.rules_max, receivers_max=settings.receivers_max)


def _kind_of(address: str) -> Literal["webhook", "mail"]:
    if len(address) > ADDRESS_CHARACTERS_MAX or any(mark.isspace() for mark in address):
        raise AlertReceiverInvalid(reason=f"at most {ADDRESS_CHARACTERS_MAX} characters, without spaces")
    if "://" not in address:
        name, _, domain = address.rpartition("@")
        if not name or not domain or "@" in name:
            raise AlertReceiverInvalid(reason="https://… or somebody@example.org")
        return "mail"
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_right = False
    if not is_right:
        raise AlertReceiverInvalid(reason="https:// and a host, without a user name")
    return "webhook"
