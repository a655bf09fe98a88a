"""Taking in what somebody is owed an answer to: once, with a number and a code, into somebody's hands or behind another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from casework.access.model import ANONYMOUS
from casework.audit.model import Detail
from casework.cases import service
from casework.cases.handling import Desk, hand_over
from casework.cases.mails import to_asker, to_handler
from casework.cases.model import NewCase
from casework.follow_up.model import Followed, Issued
from casework.follow_up.service import issued_to, open_follow_up
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, existing


class Taken(NamedTuple):
    """What was taken in; ``issued`` is told now and never again."""

    case_id: UUID
    issued: Issued
    #: Whether it follows the one that was chosen.
    is_joined: bool = False
    #: Whether the same page was sent before, and nothing of what is sent now was kept.
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """Of a noun, whose passage has this ``kind``. ``store`` keeps what was said, by the new identifier and instant, and sets the first deadline; ``details`` are logged.

    ``main_id`` is followed instead by the step ``follow``, if ``open_matters``, asked below its lock, still has it.
    ``is_owed`` says whether somebody has to do something, who is then told.
    """

    kind: str
    case: NewCase
    store: Callable[[UUID, datetime], object]
    details: Mapping[str, Detail]
    main_id: UUID | None = None
    open_matters: Callable[[], Collection[UUID]] = tuple
    is_owed: bool = True


def take_in(session: Session, desk: Desk[Any], new: Incoming) -> Taken:
    """The step ``receive`` of the log. Of a page that is sent again the first sending counts, and the same is told."""
    case_id, at, once, binding = session.new_id(), session.now(), new.case.once, desk.binding
    opened = service.open_case(session, case_id, new.kind, new.case)
    if once is not None and opened != case_id:
        return Taken(opened, issued_to(session, opened, once), is_repeated=True)
    new.store(case_id, at)
    issued = open_follow_up(session, new.kind, case_id, once)
    standing = existing(binding.read(session.connection, case_id, ANONYMOUS))
    session.note(binding, standing, "receive", at, **new.details)
    matter = desk.matter(session, case_id)
    session.send(to_asker(session, matter, "received", number=issued.number, code=issued.code), at)
    if new.main_id is not None and _join(session, desk, new, case_id, new.main_id):
        return Taken(case_id, issued, is_joined=True)
    hand_over(session, case_id, 1)
    if new.is_owed:
        session.send(to_handler(session, desk.matter(session, case_id), "new"), at)
    return Taken(case_id, issued)


def _join(session: Session, desk: Desk[Any], new: Incoming, case_id: UUID, main_id: UUID) -> bool:
    """By whoever said it; False where the other is over or follows another meanwhile."""
    follower = session.programme.within(session.connection, Followed(new.kind, case_id).actor)
    try:
        follower.lock(desk.binding, main_id)
    except NoSuchObject:
        return False
    if main_id not in new.open_matters():
        return False
    service.merge(follower, case_id, main_id, is_alike=True)
    follower.apply(desk.binding, case_id, "follow", None)
    return True
