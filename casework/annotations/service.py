"""Annotations: duty officers, programme officers and administrators write, correct and withdraw them, their own and each other's,
since who is on duty changes. Each change is a line of the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from casework.access.model import HUB
from casework.annotations import errors, repository
from casework.annotations.machine import ANNOTATION, WRITERS
from casework.annotations.model import Annotation, Kind, Note
from casework.annotations.repository import ANNOTATIONS, Choice, New
from casework.annotations.rules import byline_of, wrong_note
from casework.annotations.settings import AnnotationSettings
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check_all, existing
from casework.workflow.model import Moved


def require_writer(session: Session, *_: object) -> None:
    """:class:`NotAllowed` for whoever may not write one."""
    session.require(WRITERS, {HUB})


def write(session: Session, note: Note) -> UUID:
    """A new one, which everybody sees from now on. :class:`WrongField`."""
    require_writer(session)
    _check(session, note)
    annotation_id, at = session.new_id(), session.now()
    person_id, role = session.person_id, byline_of(session.actor.at(at))
    organisation_id = repository.find_organisation(session.connection, person_id)
    repository.store(session.connection, New(annotation_id, at, person_id, role, organisation_id), note)
    session.note(ANNOTATIONS, session.look(ANNOTATIONS, annotation_id), "write", at)
    return annotation_id


def correct(session: Session, annotation_id: UUID, note: Note, seen_version: int) -> None:
    """Whoever wrote it first is still who it is by. :class:`WrongField`, :class:`ChangedMeanwhile`."""
    standing = session.hold(ANNOTATIONS, annotation_id, WRITERS, seen_version)
    if standing.state != ANNOTATION.initial.name:
        raise errors.AnnotationWithdrawn
    _check(session, note)
    at = session.now()
    repository.correct(session.connection, annotation_id, note, at)
    session.note(ANNOTATIONS, standing, "correct", at)


def move(
    session: Session, annotation_id: UUID, event: str, seen_version: int | None, reason: str | None = None
) -> Moved:
    """Every step: there is one, and it ends it."""
    return session.apply(ANNOTATIONS, annotation_id, event, seen_version, reason)


def get_annotation(session: Session, annotation_id: UUID) -> Annotation:
    """In whatever state, for those who write them; for others there is none here."""
    if not session.holds(WRITERS, {HUB}):
        raise NoSuchObject
    return existing(repository.find_annotation(session.connection, annotation_id))


def list_annotations(session: Session, after: UUID | None) -> tuple[list[Annotation], UUID | None]:
    """A page of all of them, those that begin last first, and after which the next page begins."""
    require_writer(session)
    rows = session.of(AnnotationSettings).page_rows_max
    found = repository.find_annotations(session.connection, after, rows + 1)
    return found[:rows], found[rows - 1].annotation_id if len(found) > rows else None


def list_choices(session: Session) -> Sequence[Choice]:
    """Places and observed properties to choose from."""
    require_writer(session)
    return repository.find_choices(session.connection)


def _check(session: Session, note: Note) -> None:
    check_all(wrong_note(note, session.of(AnnotationSettings), session.now()))
    for kind, code in note.subjects():
        if not repository.is_known(session.connection, kind, code):
            raise errors.AnnotationSubjectUnknown(kind, code=code)


def _desk_values(session: Session) -> dict[str, object]:
    require_writer(session)
    return {}


DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "annotation_id",
    _desk_values,
    sorts={"begins": Sort("listed.starts_at", "instant"), "changed": Sort("listed.changed_at", "instant")},
    first="-changed",
    filters=(
        words(),
        one_of(
            "state", "listed.state", tuple(state.name for state in ANNOTATION.states), default="published"
        ),
        coded("kind", "listed.kind", tuple(Kind)),
    ),
    binding=ANNOTATIONS,
)
