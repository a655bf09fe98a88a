"""Releasing figures, once whoever owns them says that they may be."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from casework.audit.model import Detail, Line
from casework.programme import Session
from casework.statistics.errors import ReleaseOfAnother, ReleaseReplaced
from casework.statistics.releases import repository
from casework.statistics.releases.model import Draft, Release, Subject
from casework.statistics.releases.rules import released, why_not
from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import Refusal, check, existing

MACHINE = "release"
#: Says why figures of a subject may not be known yet, to anybody; None once they may. Of a survey: it is not closed.
Guard = Callable[[Session, Subject], Refusal | None]
#: Releases of one subject that are read at once.
RELEASES_MAX = 100


def release(session: Session, draft: Draft, is_open: Guard) -> Release:
    """Store the draft for good and note its digest in the log of its subject.

    A correction is a release of its own that names the earlier one. Raises what the guard says and a
    :class:`StatisticsRefusal`.
    """
    repository.lock_subject(session.connection, draft.subject.object_id)
    check(is_open(session, draft.subject))
    settings = session.of(StatisticsSettings)
    check(why_not(draft, settings))
    if draft.corrects is not None:
        _check_correction(session, draft, draft.corrects)
    new = released(draft, session.new_id(), session.now(), settings)
    repository.store(session.connection, new)
    session.log(_line(session, draft, new))
    return new


def find(session: Session, release_id: UUID) -> Release:
    return existing(repository.find(session.connection, release_id))


def list_releases(session: Session, subject: Subject) -> list[Release]:
    """The oldest first."""
    return repository.find_of_subject(session.connection, subject, RELEASES_MAX)


def is_whole(one: Release) -> bool:
    """Whether the document is that of its digest."""
    return sha256(one.document.encode()).digest() == one.sha256


def _check_correction(session: Session, draft: Draft, corrected: UUID) -> None:
    earlier = existing(repository.find(session.connection, corrected))
    if (earlier.subject_kind, earlier.subject_id) != (draft.subject.kind, draft.subject.object_id):
        raise ReleaseOfAnother
    if repository.is_replaced(session.connection, corrected):
        raise ReleaseReplaced


def _line(session: Session, draft: Draft, new: Release) -> Line:
    event = "release" if draft.corrects is None else "correct"
    details: dict[str, Detail] = {"sha256": new.sha256.hex(), "answered": new.answered, "n": new.n}
    if new.corrects is not None:
        details["corrects"] = str(new.corrects)
    return Line(
        draft.subject.chain,
        new.released_at,
        session.actor.key,
        MACHINE,
        new.release_id,
        event,
        None,
        "released",
        None,
        details,
    )
