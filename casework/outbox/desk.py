"""The list of the outbox for administrators: whether mails left, and not what they say."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Role
from casework.lists.model import DeskList, Sort, picked
from casework.outbox import repository
from casework.outbox.service import retry
from casework.people.errors import Forbidden
from casework.programme import Session
from casework.workflow.errors import NotInThisState


def _desk_values(session: Session) -> dict[str, object]:
    if not session.actor.at(session.now()).has(Role.ADMINISTRATOR):
        raise Forbidden
    return {}


#: The newest first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "mail_id",
    _desk_values,
    sorts={"begun": Sort("listed.created_at", "instant")},
    first="-begun",
    filters=(
        picked(
            "state",
            {
                "failed": "listed.failed_at IS NOT NULL",
                "waiting": "listed.sent_at IS NULL AND listed.failed_at IS NULL",
                "sent": "listed.sent_at IS NOT NULL",
            },
        ),
    ),
)


def try_again(session: Session, mail_id: UUID) -> None:
    """Let a mail that failed begin anew; :class:`NotInThisState` of another."""
    _desk_values(session)
    if not retry(session.connection, mail_id, session.now()):
        raise NotInThisState
