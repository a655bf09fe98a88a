"""What may be written in a submission, what its digest is over, and who sees it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from hackathon.access.model import Actor, Scope, ScopeKind
from hackathon.access.rules import holds_any
from hackathon.audit.canonical import canonical
from hackathon.submissions.errors import WrongField
from hackathon.submissions.machine import MEMBERS, PUBLIC, PUBLIC_IN, STAFF, SUBMISSION
from hackathon.submissions.model import Content, FieldKind, FormField, StoredFile, Submission
from hackathon.submissions.settings import SubmissionSettings
from hackathon.workflow.errors import Refusal
from hackathon.workflow.wording import Label

_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")


def document_of(content: Content, files: Sequence[StoredFile]) -> dict[str, object]:
    """What a version is: everything written, and each file by its digest."""
    return {
        "title": content.title,
        "summary": content.summary,
        "answers": dict(content.answers),
        "files": [
            {
                "file": str(one.file_id), "name": one.name, "type": one.media_type, "bytes": one.size_bytes,
                "sha256": one.digest,
            }
            for one in files
        ],
    }  # fmt: skip


def record_of(submission_id: UUID, number: int, document: Mapping[str, object]) -> bytes:
    """The canonical JSON (RFC 8785) of whose a version is, which it is, and what it says."""
    return canonical({"submission": str(submission_id), "version": number, "content": document})


def digest_of(submission: Submission, number: int, document: Mapping[str, object]) -> bytes:
    """SHA-256 over the record of a version."""
    return sha256(record_of(submission.submission_id, number, document)).digest()


def scopes_of(submission: Submission) -> frozenset[Scope]:
    return frozenset(
        {Scope(ScopeKind.TEAM, submission.team_id), Scope(ScopeKind.HACKATHON, submission.hackathon_id)}
    )


def is_own(actor: Actor, submission: Submission) -> bool:
    return holds_any(actor, MEMBERS, [Scope(ScopeKind.TEAM, submission.team_id)])


def is_public(submission: Submission) -> bool:
    """Everybody sees what is in the contest, from the beginning of judging on."""
    return (
        submission.state in PUBLIC
        and submission.team_state == "locked"
        and submission.hackathon_state in PUBLIC_IN
    )


def may_see(actor: Actor, submission: Submission) -> bool:
    """Its team and the organisers always, everybody what is public. Judges in conflict are not asked here."""
    return is_public(submission) or holds_any(actor, MEMBERS | STAFF, scopes_of(submission))


def is_filled(form: Sequence[FormField], content: Content) -> bool:
    needed = [content.title, content.summary]
    needed += [content.answers.get(one.code, "") for one in form if one.is_required]
    return all(text.strip() for text in needed)


def why_wrong(form: Sequence[FormField], content: Content, settings: SubmissionSettings) -> Refusal | None:
    """The first field that cannot be stored like this."""
    return next(_wrong_fields(form, content, settings), None)


def why_wrong_form(form: Sequence[FormField], settings: SubmissionSettings) -> Refusal | None:
    """The first field of a form that cannot be asked like this."""
    codes = [one.code for one in form]
    if len(form) > settings.fields_max or len(set(codes)) < len(codes):
        return _wrong("form", f"0–{settings.fields_max}")
    for one in form:
        if _CODE.fullmatch(one.code) is None or not (one.name_ar.strip() and one.name_en.strip()):
            return _wrong("form_field", "a–z 0–9 _")
        if not 1 <= one.characters_max <= settings.field_characters_max:
            return _wrong("form_characters", f"1–{settings.field_characters_max}")
    return None


def _wrong_fields(
    form: Sequence[FormField], content: Content, settings: SubmissionSettings
) -> Iterator[Refusal]:
    if len(content.title) > settings.title_characters_max:
        yield _wrong("title", f"0–{settings.title_characters_max}")
    if len(content.summary) > settings.summary_characters_max:
        yield _wrong("summary", f"0–{settings.summary_characters_max}")
    known = {one.code: one for one in form}
    for code, answer in content.answers.items():
        asked = known.get(code)
        if asked is None or len(answer) > asked.characters_max:
            yield _wrong("answer", f"0–{0 if asked is None else asked.characters_max}")
        elif asked.kind is FieldKind.LINE and "\n" in answer.strip():
            yield _wrong("answer_lines", "1")
        elif asked.kind is FieldKind.LINK and answer and not _is_link(answer):
            yield _wrong("answer_link", "https://…")


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username


def _wrong(field: str, limit: str) -> WrongField:
    return WrongField(field=Label(SUBMISSION.package, f"field.{field}"), limit=limit)
