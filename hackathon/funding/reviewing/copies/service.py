"""Copies: proposed from what was handed in, looked at and edited, released; and read by reviewers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from casework.access.model import Actor
from casework.attachments.model import StoredFile, Sweep
from casework.audit.model import Detail
from casework.codes.rules import new_reference
from casework.files.errors import FileAway
from casework.files.model import Store
from casework.files.service import keep, path_of
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject
from casework.workflow.service import look, note
from citycore.store.connections import Connection
from hackathon.funding.applications import repository as applications
from hackathon.funding.applications.model import Version
from hackathon.funding.calls.model import Call
from hackathon.funding.calls.repository import CALLS, find_form
from hackathon.funding.reviewing import errors
from hackathon.funding.reviewing.copies import repository
from hackathon.funding.reviewing.copies.anonymising import Identities, anonymise
from hackathon.funding.reviewing.copies.cleaning import PASSED, Limits, clean_apart
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy, Listed, Row, Source
from hackathon.funding.reviewing.desk import ReviewingDesk
from hackathon.funding.reviewing.interests.service import hidden_applications
from hackathon.funding.reviewing.reviewers import find, require_staff
from hackathon.funding.reviewing.settings import ReviewingSettings

#: 30 random bits.
_CODE_CHARACTERS: Final = 6
#: How often another code is drawn where one is taken: of a billion, one is enough.
_DRAWS_MAX: Final = 5
SWEEP = Sweep("reviewing", lambda: ReviewingSettings().store(), repository.QUERIES["named_files"])


def list_rows(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> list[Row]:
    """Applications of the round in review and their copies, for the programme; none of a hidden one."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        return repository.find_rows(connection, call_id, call.round, hidden, desk.settings.rows_max)


def prepare_all(connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID) -> int:
    """Propose a copy of each application in review that has none; how many."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        call = find(connection, call_id)
        hidden = hidden_applications(connection, actor, call_id, own_too=True)
        missing = repository.find_uncopied(connection, call_id, call.round, hidden, desk.settings.rows_max)
        for application_id in missing:
            _propose(connection, desk, actor, call, application_id)
        return len(missing)


def prepare_copy(connection: Connection, desk: ReviewingDesk, actor: Actor, application_id: UUID) -> Copy:
    """Propose a copy of what was handed in, or propose anew where something newer was.

    What somebody has blanked stays blank. A released copy stays as it is: :class:`CopyReleased`.
    """
    with connection.transaction():
        found = applications.find_application(connection, application_id)
        if found is None:
            raise NoSuchObject
        require_staff(actor, desk, found.call_id)
        _require_seen(connection, actor, found.call_id, application_id)
        call = find(connection, found.call_id)
        if found.state != "in_review":
            raise errors.NotReviewing
        return _propose(connection, desk, actor, call, application_id)


def get_copy(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, copy_id: UUID
) -> tuple[Copy, Version]:
    """A copy beside what it was made from, for the programme; :class:`NoSuchObject`."""
    require_staff(actor, desk, call_id)
    with connection.transaction():
        found = repository.find_copy(connection, copy_id)
        if found is None or found.call_id != call_id:
            raise NoSuchObject
        _require_seen(connection, actor, call_id, found.application_id)
        return found, _version(connection, found.application_id, found.number)


def edit(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: ReviewingDesk,
    actor: Actor,
    copy_id: UUID,
    texts: Mapping[str, str],
    seen_version: int,
) -> Copy:
    """Write a copy anew: ``texts`` by title, summary, and ``answer:`` with a code; what is not among them is blanked.

    Nothing that was not listed can be written in: other names are left out.
    """
    with connection.transaction():
        copy = _held(connection, desk, actor, copy_id, seen_version)
        most = desk.settings.copied_characters_max
        if any(len(text) > most for text in texts.values()):
            raise errors.TooMuch(most=most)
        content = Listed(
            texts.get("title", "").strip(),
            texts.get("summary", "").strip(),
            {code: texts.get(f"answer:{code}", "").strip() for code in copy.content.answers},
            copy.content.amount_minor,
        )
        _require_something(content)
        at = desk.desk.clock()
        repository.write_copy(connection, copy_id, copy.number, content, actor.person_id, at)
        _note(connection, actor, desk, copy, "edit_copy")
        return replace(copy, content=content, version=copy.version + 1)


def find_source(  # noqa: PLR0913, PLR0917 (which file of whose store)
    connection: Connection,
    desk: ReviewingDesk,
    source: Store,
    actor: Actor,
    copy_id: UUID,
    file_id: UUID,
    seen_version: int,
) -> Source:
    """A file of what was handed in that is not passed on yet, and where it lies; :class:`FileAway`."""
    with connection.transaction():
        copy = _held(connection, desk, actor, copy_id, seen_version)
        file = _waiting(connection, copy, file_id)
        path = path_of(file.digest, source)
        if not path.is_file():
            raise FileAway(name=file.name)
        place = max((one.place for one in copy.files), default=0) + 1
        name = f"attachment-{place}.{PASSED.get(file.media_type, '')}" if copy.is_blind else file.name
        return Source(
            copy_id, file_id, copy.version, place, name, file.media_type, path, is_cleaned=copy.is_blind
        )


def make_passed(desk: ReviewingDesk, source: Source) -> CopiedFile:
    """What reviewers get of it, on the disk: cleaned where the call is blind, else as it is.

    :class:`FileNotPassed`. It may take long, so nothing of the database is held meanwhile.
    """
    settings = desk.settings
    store = settings.store()
    if source.is_cleaned:
        limits = Limits(settings.pages_max, settings.points_max, settings.file_bytes_max)
        stream: BinaryIO = BytesIO(clean_apart(source.path, source.media_type, limits, store.reading))
    else:
        stream = source.path.open("rb")
    with stream:
        kept = keep(stream, source.name, store)
    return CopiedFile(
        source.place, source.file_id, source.name, kept.media_type, kept.size_bytes, kept.digest
    )


def pass_file(
    connection: Connection, desk: ReviewingDesk, actor: Actor, source: Source, passed: CopiedFile
) -> CopiedFile:
    """Pass on what was made of a file; :class:`ChangedMeanwhile` if the copy was changed while it was made."""
    with connection.transaction():
        copy = _held(connection, desk, actor, source.copy_id, source.version)
        _waiting(connection, copy, source.file_id)
        repository.add_file(connection, source.copy_id, passed)
        _touch(connection, desk, actor, copy)
        _note(connection, actor, desk, copy, "pass_file")
        return passed


def keep_file_back(  # noqa: PLR0913, PLR0917 (which file)
    connection: Connection, desk: ReviewingDesk, actor: Actor, copy_id: UUID, place: int, seen_version: int
) -> None:
    """Do not pass on a file after all."""
    with connection.transaction():
        copy = _held(connection, desk, actor, copy_id, seen_version)
        if all(one.place != place for one in copy.files):
            raise NoSuchObject
        repository.remove_file(connection, copy_id, place)
        _touch(connection, desk, actor, copy)
        _note(connection, actor, desk, copy, "keep_file_back")


def release(
    connection: Connection, desk: ReviewingDesk, actor: Actor, copy_id: UUID, seen_version: int
) -> None:
    """From now on its reviewers read it, and nobody changes it."""
    with connection.transaction():
        copy = _held(connection, desk, actor, copy_id, seen_version)
        _require_something(copy.content)
        repository.release(connection, copy_id, actor.person_id, desk.desk.clock())
        _note(connection, actor, desk, copy, "release_copy")


def open_original(  # noqa: PLR0913, PLR0917 (which file of which copy)
    connection: Connection, desk: ReviewingDesk, actor: Actor, call_id: UUID, copy_id: UUID, place: int
) -> tuple[CopiedFile, Path]:
    """A file as it is passed on, for the programme to look at before."""
    copy, _ = get_copy(connection, desk, actor, call_id, copy_id)
    return find_file(desk, copy.files, place)


def find_file(desk: ReviewingDesk, files: tuple[CopiedFile, ...], place: int) -> tuple[CopiedFile, Path]:
    """One of these files and where its bytes lie; :class:`NoSuchObject`, :class:`FileAway`."""
    file = next((one for one in files if one.place == place), None)
    if file is None:
        raise NoSuchObject
    path = path_of(file.digest, desk.settings.store())
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


def _propose(
    connection: Connection, desk: ReviewingDesk, actor: Actor, call: Call, application_id: UUID
) -> Copy:
    newest = applications.latest_version(connection, application_id)
    if newest is None or newest.round != call.round:
        raise errors.NotReviewing
    is_blind, at = call.description.terms.is_blind, desk.desk.clock()
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
        repository.write_copy(connection, known.copy_id, newest.number, content, actor.person_id, at)
        return replace(known, content=content, number=newest.number, version=known.version + 1)
    copy = Copy(
        desk.desk.new_id(),
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
        copy = replace(copy, code=new_reference(desk.desk.random, _CODE_CHARACTERS))
        if repository.store_copy(connection, copy, actor.person_id, at):
            _note(connection, actor, desk, copy, "prepare_copy")
            return copy
    raise ChangedMeanwhile


def _held(
    connection: Connection, desk: ReviewingDesk, actor: Actor, copy_id: UUID, seen_version: int
) -> Copy:
    """A copy that is still worked on, nobody else's until the transaction ends."""
    copy = repository.hold_copy(connection, copy_id)
    if copy is None:
        raise NoSuchObject
    require_staff(actor, desk, copy.call_id)
    _require_seen(connection, actor, copy.call_id, copy.application_id)
    if copy.is_released:
        raise errors.CopyReleased
    if copy.version != seen_version:
        raise ChangedMeanwhile
    return copy


def _require_seen(connection: Connection, actor: Actor, call_id: UUID, application_id: UUID) -> None:
    if application_id in hidden_applications(connection, actor, call_id, own_too=True):
        raise NoSuchObject


def _require_something(content: Listed) -> None:
    if not any((content.title, content.summary, *content.answers.values())):
        raise errors.CopyBlank


def _version(connection: Connection, application_id: UUID, number: int) -> Version:
    versions = applications.find_versions(connection, application_id)
    return next(one for one in versions if one.number == number)


def _waiting(connection: Connection, copy: Copy, file_id: UUID) -> StoredFile:
    """A file of what was handed in that is not passed on; :class:`NoSuchObject`."""
    version = _version(connection, copy.application_id, copy.number)
    file = next((one for one in version.files if one.file_id == file_id), None)
    if file is None or any(one.file_id == file_id for one in copy.files):
        raise NoSuchObject
    return file


def _touch(connection: Connection, desk: ReviewingDesk, actor: Actor, copy: Copy) -> None:
    """Its files have changed."""
    at = desk.desk.clock()
    repository.write_copy(connection, copy.copy_id, copy.number, copy.content, actor.person_id, at)


def _note(connection: Connection, actor: Actor, desk: ReviewingDesk, copy: Copy, event: str) -> None:
    details: dict[str, Detail] = {"copy": str(copy.copy_id)}
    standing = look(connection, CALLS, copy.call_id, actor)
    note(connection, CALLS, standing, event, actor, desk.desk.clock(), details)
