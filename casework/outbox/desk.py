"""The list of the outbox for administrators: whether mails left, and not what they say."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.access.model import HUB, Role
from casework.lists.model import DeskList, Sort, picked
from casework.lists.service import held_by
from casework.outbox import repository
from casework.outbox.service import retry
from casework.programme import Session
from casework.workflow.errors import NotInThisState

#: Who sees to it that mails leave.
KEEPERS: Final = frozenset({Role.ADMINISTRATOR})
#: The newest first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "mail_id",
    held_by(KEEPERS),
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
    session.require(KEEPERS, [HUB])
    if not retry(session.connection, mail_id, session.now()):
        raise NotInThisState
