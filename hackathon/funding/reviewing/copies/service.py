"""Copies: proposed from what was handed in, looked at and edited, released; and read by reviewers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from casework.attachments.model import StoredFile, Sweep
from casework.codes.rules import new_reference
from casework.files.errors import FileAway
from casework.files.service import keep, path_of
from casework.programme import Programme, Session
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, existing
from hackathon.funding.applications import repository as applications
from hackathon.funding.applications.model import Version
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.applications.writing import find as find_application
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import CALLS, find_form
from hackathon.funding.calls.service import require_staff
from hackathon.funding.reviewing import errors
from hackathon.funding.reviewing.copies import repository
from hackathon.funding.reviewing.copies.anonymising import Identities, anonymise
from hackathon.funding.reviewing.copies.cleaning import PASSED, Limits, clean_apart
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, Listed, Row, Source
from hackathon.funding.reviewing.rounds import find, get_run, hidden_in
from hackathon.funding.reviewing.settings import ReviewingSettings

#: 30 random bits.
_CODE_CHARACTERS: Final = 6
#: How often another code is drawn where one is taken: of a billion, one is enough.
_DRAWS_MAX: Final = 5
SWEEP = Sweep("reviewing", lambda: ReviewingSettings().store(), repository.QUERIES["named_files"])


def list_rows(session: Session, call_id: UUID, about: Collection[UUID] | None = None) -> list[Row]:
    """Applications of the round in review and their copies, all or these, for the programme; none of a hidden one."""
    _, seen = get_run(session, call_id)
    return repository.find_rows(session.connection, seen, about, session.of(ReviewingSettings).rows_max)


def prepare_all(session: Session, call_id: UUID) -> int:
    """Propose a copy of each application in review that has none; how many."""
    call, seen = get_run(session, call_id)
    missing = repository.find_uncopied(session.connection, seen, session.of(ReviewingSettings).rows_max)
    for application_id in missing:
        _propose(session, call, application_id)
    return len(missing)


def prepare_copy(session: Session, application_id: UUID) -> Copy:
    """Propose a copy of what was handed in, or propose anew where something newer was.

    What somebody has blanked stays blank. A released copy stays as it is: :class:`CopyReleased`.
    """
    found = find_application(session, application_id)
    require_staff(session, found.call_id)
    _require_seen(session, found.call_id, application_id)
    if found.state != "in_review":
        raise errors.NotReviewing
    return _propose(session, find(session, found.call_id), application_id)


def get_copy(session: Session, call_id: UUID, copy_id: UUID) -> Copy:
    """A copy of an application of this call, for the programme; :class:`NoSuchObject`."""
    require_staff(session, call_id)
    found = repository.find_copy(session.connection, copy_id)
    if found is None or found.call_id != call_id:
        raise NoSuchObject
    _require_seen(session, call_id, found.application_id)
    return found


def get_version(session: Session, copy: Copy) -> Version:
    """What a copy was made from that :func:`get_copy` gave."""
    versions = applications.find_versions(session.connection, copy.application_id)
    return next(one for one in versions if one.number == copy.number)


def edit(session: Session, copy_id: UUID, texts: Mapping[str, str], seen_version: int) -> Copy:
    """Write a copy anew: ``texts`` by title, summary, and ``answer:`` with a code; what is not among them is blanked.

    Nothing that was not listed can be written in: other names are left out.
    """
    copy = _hold(session, copy_id, seen_version)
    longest = max(map(len, texts.values()), default=0)
    errors.check_most(longest, session.of(ReviewingSettings).copied_characters_max)
    content = Listed(
        texts.get("title", "").strip(),
        texts.get("summary", "").strip(),
        {code: texts.get(f"answer:{code}", "").strip() for code in copy.content.answers},
        copy.content.amount_minor,
    )
    _require_something(content)
    return _write(session, replace(copy, content=content), "edit_copy")


def find_source(session: Session, copy_id: UUID, file_id: UUID, seen_version: int) -> Source:
    """A file of what was handed in that is not passed on yet, and where it lies; :class:`FileAway`."""
    copy = _hold(session, copy_id, seen_version)
    file = _waiting(session, copy, file_id)
    path = path_of(file.digest, session.of(ApplicationSettings).store())
    if not path.is_file():
        raise FileAway(name=file.name)
    return Source(copy, file, path)


def make_passed(programme: Programme, source: Source) -> CopiedFile:
    """What reviewers get of it, on the disk: cleaned where the call is blind, else as it is.

    :class:`FileNotPassed`. It may take long, so nothing of the database is held meanwhile.
    """
    (copy, file, path), settings = source, programme.of(ReviewingSettings)
    store, place = settings.store(), max((one.place for one in copy.files), default=0) + 1
    if copy.is_blind:
        limits = Limits(settings.pages_max, settings.points_max, settings.file_bytes_max)
        name = f"attachment-{place}.{PASSED.get(file.media_type, '')}"
        stream: BinaryIO = BytesIO(clean_apart(path, file.media_type, limits, store.reading))
    else:
        name, stream = file.name, path.open("rb")
    with stream:
        kept = keep(stream, name, store)
    return CopiedFile(place, file.file_id, name, kept.media_type, kept.size_bytes, kept.digest)


def pass_file(session: Session, source: Source, passed: CopiedFile) -> CopiedFile:
    """Pass on what was made of a file; :class:`ChangedMeanwhile` if the copy was changed while it was made."""
    copy = _hold(session, source.copy.copy_id, source.copy.version)
    _waiting(session, copy, passed.file_id)
    repository.add_file(session.connection, copy.copy_id, passed)
    _write(session, copy, "pass_file")
    return passed


def keep_file_back(session: Session, copy_id: UUID, place: int, seen_version: int) -> None:
    """Do not pass on a file after all."""
    copy = _hold(session, copy_id, seen_version)
    if all(one.place != place for one in copy.files):
        raise NoSuchObject
    repository.remove_file(session.connection, copy_id, place)
    _write(session, copy, "keep_file_back")


def release(session: Session, copy_id: UUID, seen_version: int) -> None:
    """From now on its reviewers read it, and nobody changes it."""
    copy = _hold(session, copy_id, seen_version)
    _require_something(copy.content)
    repository.release(session.connection, copy_id, session.actor.person_id, session.now())
    _note(session, copy, "release_copy")


def open_original(session: Session, call_id: UUID, copy_id: UUID, place: int) -> tuple[CopiedFile, Path]:
    """A file as it is passed on, for the programme to look at before."""
    return find_file(session.programme, get_copy(session, call_id, copy_id).files, place)


def find_file(programme: Programme, files: Collection[CopiedFile], place: int) -> tuple[CopiedFile, Path]:
    """One of these files and where its bytes lie; :class:`NoSuchObject`, :class:`FileAway`."""
    file = existing(next((one for one in files if one.place == place), None))
    path = path_of(file.digest, programme.of(ReviewingSettings).store())
    if not path.is_file():
        raise FileAway(name=file.name)
    return file, path


def propose_content(
    version: Version,
    identities: Identities | None,
    before: Listed | None,
    identifying: Collection[str] = frozenset(),
) -> Listed:
    """What of a version is listed, without the names of these; what is blank in ``before`` stays so. Pure.

    ``identifying`` are the codes of questions whose answers say who applies: blank where names are taken out.
    """
    content = version.content
    blanked = set() if before is None else {code for code, text in before.answers.items() if not text}
    blanked |= set() if identities is None else set(identifying)

    def shown(text: str, *, stays_blank: bool = False) -> str:
        if stays_blank:
            return ""
        return text if identities is None else anonymise(text, identities)

    return Listed(
        shown(content.title, stays_blank=before is not None and not before.title),
        shown(content.summary, stays_blank=before is not None and not before.summary),
        {code: shown(text, stays_blank=code in blanked) for code, text in content.answers.items()},
        content.amount_minor,
    )


def _propose(session: Session, call: Call, application_id: UUID) -> Copy:
    connection = session.connection
    newest = applications.latest_version(connection, application_id)
    if newest is None or newest.round != call.round:
        raise errors.NotReviewing
    is_blind = call.description.terms.is_blind
    identities = repository.find_identities(connection, application_id) if is_blind else None
    form = find_form(connection, call.call_id, newest.round)
    identifying = {one.code for one in form if one.is_identifying}
    known = repository.find_copy_of(connection, application_id, newest.round)
    if known is not None:
        if known.is_released:
            raise errors.CopyReleased
        if known.number == newest.number:
            return known
        content = propose_content(newest, identities, known.content, identifying)
        return _write(session, replace(known, content=content, number=newest.number))
    copy = Copy(
        session.new_id(),
        call.call_id,
        application_id,
        newest.round,
        newest.number,
        "",
        1,
        is_blind,
        propose_content(newest, identities, None, identifying),
        is_released=False,
    )
    for _ in range(_DRAWS_MAX):
        copy = replace(copy, code=new_reference(session.programme.random, _CODE_CHARACTERS))
        if repository.store_copy(connection, copy, session.actor.person_id, session.now()):
            _note(session, copy, "prepare_copy")
            return copy
    raise ChangedMeanwhile


def _hold(session: Session, copy_id: UUID, seen_version: int) -> Copy:
    """A copy that is still worked on, nobody else's until the transaction ends."""
    copy = existing(repository.hold_copy(session.connection, copy_id))
    require_staff(session, copy.call_id)
    _require_seen(session, copy.call_id, copy.application_id)
    if copy.is_released:
        raise errors.CopyReleased
    if copy.version != seen_version:
        raise ChangedMeanwhile
    return copy


def _write(session: Session, copy: Copy, event: str | None = None) -> Copy:
    """As it is now; also where its files alone have changed."""
    repository.write_copy(session.connection, copy, session.actor.person_id, session.now())
    if event is not None:
        _note(session, copy, event)
    return replace(copy, version=copy.version + 1)


def _require_seen(session: Session, call_id: UUID, application_id: UUID) -> None:
    if application_id in hidden_in(session, call_id):
        raise NoSuchObject


def _require_something(content: Listed) -> None:
    if not any((content.title, content.summary, *content.answers.values())):
        raise errors.CopyBlank


def _waiting(session: Session, copy: Copy, file_id: UUID) -> StoredFile:
    """A file of what was handed in that is not passed on; :class:`NoSuchObject`."""
    handed_in = get_version(session, copy).files
    file = next((one for one in handed_in if one.file_id == file_id), None)
    if file is None or any(one.file_id == file_id for one in copy.files):
        raise NoSuchObject
    return file


def _note(session: Session, copy: Copy, event: str) -> None:
    session.note(CALLS, session.look(CALLS, copy.call_id), event, session.now(), copy=str(copy.copy_id))
