"""The document of a response, what may stand in it, and how it is packed. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.audit.canonical import NotCanonical, canonical
from casework.workflow.fields import Fields
from hackathon.market.needs.model import CURRENCY, Need
from hackathon.market.needs.rules import scopes_of as need_scopes
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Answers, Attached
from hackathon.market.responses.settings import ResponseSettings

FIELDS = Fields(RESPONSE.package)
SCHEME = "falaj response 2"
#: So many random bytes make the digest of a document tell nothing about it.
SALT_BYTES = 32
_LENGTH_BYTES = 8


def scopes_of(need_id: UUID, agency_id: UUID, company_id: UUID) -> frozenset[Scope]:
    """The vendor's company, and whoever has to do with the need."""
    return need_scopes(need_id, agency_id) | {Scope(ScopeKind.ORGANISATION, company_id)}


def document_of(
    need: Need, response_id: UUID, answers: Answers, salt: bytes, fingerprints: Sequence[str]
) -> bytes:
    """The canonical JSON (RFC 8785) of a response, its files by their digests; over it is its SHA-256.

    ``fingerprints`` are of the keys that it is sealed to, so that vendor and openers can compare them afterwards.
    """
    return canonical(
        {
            "scheme": SCHEME,
            "need": need.code,
            "response": str(response_id),
            "salt": salt.hex(),
            "openers": sorted(fingerprints),
            "summary": answers.summary,
            "answers": dict(answers.answers),
            "price": {"currency": CURRENCY, "minor": answers.price_minor},
            "files": [
                {
                    "number": number,
                    "name": one.name,
                    "type": one.media_type,
                    "bytes": len(one.content),
                    "sha256": sha256(one.content).hexdigest(),
                }
                for number, one in enumerate(answers.files, start=1)
            ],
        }
    )


def pack(document: bytes, files: tuple[Attached, ...]) -> bytearray:
    """The document, with its length before it, and the bytes of its files in their order; in memory that can be wiped."""
    return bytearray().join(
        [len(document).to_bytes(_LENGTH_BYTES), document, *(one.content for one in files)]
    )


def unpack(content: bytes) -> tuple[bytes, Answers]:
    """The document and what it says; ``ValueError`` for what was not packed like that."""
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES])
    document = content[_LENGTH_BYTES:end]
    read = json.loads(document)
    files = []
    for one in read["files"]:
        held = content[end : end + one["bytes"]]
        if sha256(held).hexdigest() != one["sha256"]:
            raise ValueError("file")
        files.append(Attached(one["name"], one["type"], held))
        end += one["bytes"]
    if end != len(content):
        raise ValueError("length")
    return document, Answers(read["summary"], read["answers"], read["price"]["minor"], tuple(files))


def check_answers(need: Need, answers: Answers, settings: ResponseSettings) -> None:
    """:class:`WrongField` for the first that cannot be handed in like this. What was written is not part of it."""
    FIELDS.check_texts(answers, ["summary"], settings.summary_characters_max)
    codes = {one.code for one in need.description.criteria}
    if set(answers.answers) != codes:
        raise FIELDS.wrong("answer", f"{len(codes)}×")
    for text in answers.answers.values():
        if not 1 <= len(text.strip()) <= settings.answer_characters_max:
            raise FIELDS.wrong("answer", f"1–{settings.answer_characters_max}")
    if answers.price_minor is None or not 0 < answers.price_minor <= settings.price_minor_max:
        raise FIELDS.wrong("price", f"> 0 {CURRENCY}")
    if len(answers.files) > settings.files_max:
        raise FIELDS.wrong("files", f"0–{settings.files_max}")
    if sum(len(one.content) for one in answers.files) > settings.files_bytes_max:
        raise FIELDS.wrong("files", f"≤ {settings.files_bytes_max} B")
    if not _is_text(answers):
        raise FIELDS.wrong("summary", "UTF-8")


def _is_text(answers: Answers) -> bool:
    try:
        canonical([answers.summary, dict(answers.answers), [one.name for one in answers.files]])
    except NotCanonical:
        return False
    return True
