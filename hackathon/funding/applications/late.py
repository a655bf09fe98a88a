"""Late access: a code for one person who missed the close of a call, or of its second round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from casework.workflow.repository import hold_deadlines
from citycore.store.rows import known
from hackathon.funding.applications import errors, repository
from hackathon.funding.applications.machine import APPLICANTS
from hackathon.funding.applications.model import Application, Content, LateCode
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.applications.writing import find, store_draft
from hackathon.funding.calls.machine import OPENS, close_of
from hackathon.funding.calls.repository import CALLS, find_call
from hackathon.funding.calls.service import get_call, require_staff

#: In these it can be written on in its own time, by round; and how what had expired is opened.
_REDEEMED_IN: Mapping[int, frozenset[str]] = MappingProxyType(
    {1: frozenset({"draft", "expired"}), 2: frozenset({"invited", "expired"})}
)
_OPENED: Mapping[int, str] = MappingProxyType({1: "open_late", 2: "open_second_late"})


def grant(session: Session, call_id: UUID, until: datetime) -> Code:
    """A code with which one person may apply, or hand in the full proposal of the second round once that has opened,
    after the close; shown this once, counted once, and logged.
    """
    text = new_code(session.programme.random)
    standing = session.lock(CALLS, call_id)
    at = session.now()
    require_staff(session, call_id)
    closes = hold_deadlines(session.connection, call_id).get(close_of(_round_of(session, call_id)))
    if closes is None:
        raise errors.CallNotOpen
    if until <= max(at, closes):
        raise errors.LateApplicationTooEarly(closes=closes)
    parameters = {
        "late_code_id": session.new_id(),
        "call_id": call_id,
        "digest": code_digest(text),
        "until": until,
        "at": at,
    }
    session.connection.execute(repository.QUERIES["add_late_code"], parameters)
    session.note(CALLS, standing, "grant_late_access", at)
    return Code(text, until)


def list_codes(session: Session, call_id: UUID) -> list[LateCode]:
    """What was given out, for officers, without what the codes are."""
    require_staff(session, call_id)
    return repository.find_late_codes(
        session.connection, call_id, session.of(ApplicationSettings).page_rows_max
    )


def redeem(session: Session, application_id: UUID, text: str) -> Application:
    """From now on the application follows its own close; what had expired is a draft again."""
    standing = session.lock(APPLICATIONS, application_id)
    at = session.now()
    if not session.holds(APPLICANTS, standing.scopes):
        raise NoSuchObject
    if standing.state not in _REDEEMED_IN[standing.facts.round]:
        raise errors.ApplicationNotEditable
    _use(session, find(session, application_id), text, at)
    session.note(APPLICATIONS, standing, "redeem_late_access", at)
    if standing.state == "expired":
        session.apply(APPLICATIONS, application_id, _OPENED[standing.facts.round], standing.version)
    return find(session, application_id)


def begin_late(session: Session, call_id: UUID, content: Content, text: str) -> Application:
    """A draft with a close of its own, for somebody who had none."""
    get_call(session, call_id)
    at = session.now()
    begun = store_draft(session, call_id, content, at)
    standing = session.lock(APPLICATIONS, begun.application_id)
    _use(session, begun, text, at)
    session.note(APPLICATIONS, standing, "redeem_late_access", at)
    return find(session, begun.application_id)


def _use(session: Session, application: Application, text: str, at: datetime) -> None:
    close = close_of(application.round)
    if application.round != _round_of(session, application.call_id):
        raise errors.CallNotOpen
    until = repository.use_late_code(
        session.connection, application.call_id, application.application_id, code_digest(text), at
    )
    planned = session.planned(application.call_id)
    # A code of the first round is none of the second.
    if until is None or until <= planned[close]:
        raise errors.LateApplicationCodeUnknown
    for name, instant in {OPENS: planned[OPENS], close: until}.items():
        session.set_deadline(application.application_id, name, instant)
    parameters = {"application_id": application.application_id, "until": until}
    session.connection.execute(repository.QUERIES["set_late"], parameters)


def _round_of(session: Session, call_id: UUID) -> int:
    """The round that a call is in; before its opening it is before the first."""
    call = known(find_call(session.connection, call_id))
    return max(call.round, 1)
