"""What residents take part in, as values: surveys, sessions, ideas, and decisions about what they said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from falaj_client.model import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAction:
    """What somebody does until a day. ``state`` is ``promised``, ``claimed``, ``verified`` or ``dropped``."""

    text: Name
    owner_name: Name
    due_on: dt.date
    state: str
    evidence: str | None
    claimed_at: dt.datetime | None
    verified_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was said, what was decided about it, and what was done. ``kinds`` are those of what it stands on.

    ``outcome`` is ``accepted``, ``partly``, ``rejected``, or None before the answer, which is owed until ``due_at``.
    """

    decision: str
    name: Name
    heard: Name
    kinds: tuple[str, ...]
    ground_count: int
    governorate: str | None
    governorate_name: Name | None
    recommendation: Name
    state: str
    state_name: Name
    owner: str | None
    owner_name: Name | None
    due_at: dt.datetime | None
    outcome: str | None
    answer: Name | None
    reason: Name | None
    answered_at: dt.datetime | None
    actions: tuple[DecisionAction, ...]
    done_at: dt.datetime | None
    disputed_at: dt.datetime | None
    replaces: str | None
    replaced_by: str | None
    heard_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeAnswers:
    """Answers to public questions that ``count`` people gave exactly like this."""

    answers: Mapping[str, Any]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is asked, what for, who decides on the result and until the end of which day. ``release`` is None before it is
    published; until then nothing says how many have answered.
    """

    survey: str
    name: Name
    purpose: Name
    service_name: Name | None
    state: str
    state_name: Name
    organisation: str
    organisation_name: Name
    decider: str
    decider_name: Name
    promised_on: dt.date
    sampling: str
    channels: tuple[str, ...]
    form_sha256: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    follows: str | None
    release: str | None
    decision: str | None
    alike: tuple[AlikeAnswers, ...] | None
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a release, with the answers that it stands on; ``value`` is None where it is not printed."""

    release: str
    place: int
    subject: str
    code: str
    kind: str
    option: str | None
    channel: str | None
    weighted: bool
    base: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    is_replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    minutes: int
    subject: Name
    speaker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueSession:
    """A session of residents with those who decide on ``question``. ``summary`` is None before it is told, and ``decisions`` are
    what follows from it.
    """

    session: str
    name: Name
    question: Name
    decider: str
    decider_name: Name
    governorate: str | None
    governorate_name: Name | None
    place: Name
    begins_at: dt.datetime
    ends_at: dt.datetime
    seats: int
    agenda: tuple[AgendaLine, ...]
    state: str
    state_name: Name
    recording: str | None
    summary_due_at: dt.datetime | None
    summary: Name | None
    amendment_count: int
    amendment_taken_count: int
    decisions: tuple[str, ...]
    none_because: Name | None
    published_at: dt.datetime | None
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What somebody proposes. Support of browsers, from which repeats are possible, is counted apart."""

    idea: str
    session: str | None
    title: str
    body: str
    language: str
    byline: str | None
    governorate: str | None
    governorate_name: Name | None
    state: str
    state_name: Name
    reason: str | None
    main: str | None
    account_support_count: int
    browser_support_count: int
    admitted_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReach:
    """How far a session or an idea went in media, as ``source`` said on a day. It is no support and is added to none."""

    reach: str
    subject_kind: str
    subject: str
    medium: str
    medium_name: Name
    measure: str
    measure_name: Name
    number: int
    source: str
    counted_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What ``note_count`` of ``all_note_count`` texts about a session are about."""

    subject_kind: str
    subject: str
    question: str
    theme: str
    name: Name
    note_count: int
    all_note_count: int
    told_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThing:
    """Something public that fits a search. ``kind`` and ``id`` name it in the list of its kind, ``path`` is where the hub shows it.

    The best have the highest ``score``, which compares things of one answer alone.
    """

    kind: str
    kind_name: Name
    id: str
    name: Name
    text: Name | None
    governorates: tuple[str, ...]
    at: dt.datetime | None
    path: str
    score: int
