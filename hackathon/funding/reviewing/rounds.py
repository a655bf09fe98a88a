"""The call that is reviewed, and its round as whoever asks may see it."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import existing
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import find_call
from hackathon.funding.calls.service import require_staff
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.model import Round


def find(session: Session, call_id: UUID) -> Call:
    """The call; :class:`NoSuchObject`. Whether the actor may know of it is asked by what else they want."""
    return existing(find_call(session.connection, call_id))


def hidden_in(session: Session, call_id: UUID) -> frozenset[UUID]:
    """Applications that do not exist for the actor: in conflict with them, or their own."""
    return hidden_applications(session.connection, session.actor, call_id, own_too=True)


def round_in(session: Session, call: Call) -> Round:
    """The round that the call is in, without what is hidden from the actor."""
    return Round(call.call_id, call.round, hidden_in(session, call.call_id))


def get_run(session: Session, call_id: UUID) -> tuple[Call, Round]:
    """The same with the call, for the programme; :class:`NotAllowed`."""
    require_staff(session, call_id)
    call = find(session, call_id)
    return call, round_in(session, call)
