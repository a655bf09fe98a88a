"""Late access: a code for one person who missed the close of a call, or of its second round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.codes.model import Code
from casework.codes.rules import code_digest, new_code
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline
from casework.workflow.repository import find_deadlines, hold_deadlines, set_deadline
from casework.workflow.service import apply, lock, note
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.funding.applications import errors, repository
from hackathon.funding.applications.desk import ApplicationDesk
from hackathon.funding.applications.machine import APPLICANTS
from hackathon.funding.applications.model import Application, Content, LateCode
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.writing import find, store_draft
from hackathon.funding.calls.machine import CLOSES, OPENS, SECOND_CLOSES
from hackathon.funding.calls.repository import CALLS, find_call
from hackathon.funding.calls.rules import is_staff
from hackathon.funding.calls.service import get_call

#: In these it can be written on in its own time, by round; and how what had expired is opened.
_REDEEMED_IN: Mapping[int, frozenset[str]] = MappingProxyType(
    {1: frozenset({"draft", "expired"}), 2: frozenset({"invited", "expired"})}
)
_OPENED: Mapping[int, str] = MappingProxyType({1: "open_late", 2: "open_second_late"})


def grant(
    connection: Connection, desk: ApplicationDesk, actor: Actor, call_id: UUID, until: datetime
) -> Code:
    """A code with which one person may apply, or hand in the full proposal of the second round once that has opened,
    after the close; shown this once, counted once, and logged.
    """
    text = new_code(desk.desk.random)
    with connection.transaction():
        standing = lock(connection, CALLS, call_id, actor)
        at = desk.desk.clock()
        if not is_staff(actor.at(at), call_id):
            raise NotAllowed
        closes = hold_deadlines(connection, call_id).get(_close_of(_round_of(connection, call_id)))
        if closes is None:
            raise errors.CallNotOpen
        if until <= max(at, closes):
            raise errors.LateTooEarly(closes=closes)
        parameters = {
            "late_code_id": desk.desk.new_id(),
            "call_id": call_id,
            "digest": code_digest(text),
            "until": until,
            "at": at,
        }
        connection.execute(repository.QUERIES["add_late_code"], parameters)
        note(connection, CALLS, standing, "grant_late_access", actor, at)
    return Code(text, until)


def list_codes(connection: Connection, desk: ApplicationDesk, actor: Actor, call_id: UUID) -> list[LateCode]:
    """What was given out, for officers, without what the codes are."""
    if not is_staff(actor.at(desk.desk.clock()), call_id):
        raise NotAllowed
    with connection.transaction():
        return repository.find_late_codes(connection, call_id, desk.settings.page_rows_max)


def redeem(
    connection: Connection, desk: ApplicationDesk, actor: Actor, application_id: UUID, text: str
) -> Application:
    """From now on the application follows its own close; what had expired is a draft again."""
    with connection.transaction():
        standing = lock(connection, APPLICATIONS, application_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), APPLICANTS, standing.scopes):
            raise NoSuchObject
        if standing.state not in _REDEEMED_IN[standing.facts.round]:
            raise errors.ApplicationNotEditable
        _use(connection, find(connection, application_id), text, at)
        note(connection, APPLICATIONS, standing, "redeem_late_access", actor, at)
        if standing.state == "expired":
            apply(
                connection,
                APPLICATIONS,
                application_id,
                _OPENED[standing.facts.round],
                actor,
                desk.desk.clock,
                seen_version=standing.version,
            )
        return find(connection, application_id)


def begin_late(  # noqa: PLR0913, PLR0917 (what is begun, by whom, with what)
    connection: Connection, desk: ApplicationDesk, actor: Actor, call_id: UUID, content: Content, text: str
) -> Application:
    """A draft with a close of its own, for somebody who had none."""
    with connection.transaction():
        get_call(desk.desk.session(connection, actor), call_id)
        at = desk.desk.clock()
        begun = store_draft(connection, desk, actor, call_id, content, at)
        standing = lock(connection, APPLICATIONS, begun.application_id, actor)
        _use(connection, begun, text, at)
        note(connection, APPLICATIONS, standing, "redeem_late_access", actor, at)
        return find(connection, begun.application_id)


def _use(connection: Connection, application: Application, text: str, at: datetime) -> None:
    close = _close_of(application.round)
    if application.round != _round_of(connection, application.call_id):
        raise errors.CallNotOpen
    until = repository.use_late_code(
        connection, application.call_id, application.application_id, code_digest(text), at
    )
    planned = {one.name: one.instant for one in find_deadlines(connection, application.call_id)}
    # A code of the first round is none of the second.
    if until is None or until <= planned[close]:
        raise errors.LateCodeUnknown
    for name, instant in {OPENS: planned[OPENS], close: until}.items():
        set_deadline(connection, application.application_id, Deadline(name, instant, CITY_ZONE.key))
    parameters = {"application_id": application.application_id, "until": until}
    connection.execute(repository.QUERIES["set_late"], parameters)


def _round_of(connection: Connection, call_id: UUID) -> int:
    """The round that a call is in; before its opening it is before the first."""
    call = find_call(connection, call_id)
    assert call is not None
    return max(call.round, 1)


def _close_of(number: int) -> str:
    return CLOSES if number == 1 else SECOND_CLOSES
