"""Mails about a survey: to those who ask, to those who decide, and to whoever wanted to be told."""

from __future__ import annotations

from collections.abc import Iterator

from casework.access.model import Role
from casework.listeners.service import mails_to_listeners
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import Field, mails_to
from casework.programme import Session
from casework.workflow.model import Moved
from participation.surveys.model import PACKAGE, Survey

#: What those who ask are told of, whoever has done it.
TOLD = frozenset({"return", "schedule", "open", "close", "count", "publish"})


def to_agency(session: Session, survey: Survey, moved: Moved) -> Iterator[Mail]:
    """Those who speak for whoever asks."""
    if moved.event in TOLD:
        officers = find_speakers(session.connection, [survey.agency_id], Role.OFFICER, moved.at)
        fields = _fields(session, survey) | {"survey_link": session.link(f"/desk/surveys/{survey.survey_id}")}
        yield from mails_to(Template(PACKAGE, moved.event), officers, **fields)


def to_decider(session: Session, survey: Survey, moved: Moved) -> Iterator[Mail]:
    """Those who have to decide on what was found."""
    officers = find_speakers(session.connection, [survey.description.decider_id], Role.OFFICER, moved.at)
    yield from mails_to(Template(PACKAGE, "to_decide"), officers, **_fields(session, survey))


def to_listeners(session: Session, survey: Survey) -> Iterator[Mail]:
    """Whoever left an address."""
    return mails_to_listeners(session, survey.survey_id, Template(PACKAGE, "found"), _fields(session, survey))


def _fields(session: Session, survey: Survey) -> dict[str, Field]:
    return {
        "title": survey.titles.shown,
        "promised": survey.description.promised_on.isoformat(),
        "survey_link": session.link(f"/surveys/{survey.survey_id}"),
    }
