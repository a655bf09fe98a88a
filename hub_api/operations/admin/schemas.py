"""Dead letters: parameters, and how a letter looks as JSON."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import Field

from citycore.dead_letters.model import DeadLetter, Selection, Status
from citycore.dead_letters.rules import payload_text, reason_text
from citycore.language import Language
from hub_api.operations.admin.service import Overview
from hub_api.serving.errors import invalid
from hub_api.serving.parameters import Name, PageQuery

DEAD_LETTER_MAX = 2**63 - 1
DeadLetterPath = Annotated[int, Path(ge=1, le=DEAD_LETTER_MAX)]


class DeadLettersParameters(PageQuery):
    """Which letters to list."""

    reason: Name | None = None
    source: Name | None = None
    status: Status | None = None

    def selection(self) -> Selection:
        return Selection(reason=self.reason, source=self.source, status=self.status)


class BulkParameters(PageQuery):
    """Which letters to work on: open ones, by reason or source, or with ``all=true`` each of them."""

    reason: Name | None = None
    source: Name | None = None
    status: Status = "open"
    is_all: Annotated[bool, Field(alias="all")] = False

    def selection(self) -> Selection:
        """An ``InvalidParameters`` unless the request says which letters are meant."""
        if self.reason is None and self.source is None and not self.is_all:
            raise invalid("all", "no_letters_named")
        return Selection(reason=self.reason, source=self.source, status=self.status)


DeadLettersQuery = Annotated[DeadLettersParameters, Query()]
BulkQuery = Annotated[BulkParameters, Query()]


def dead_letter_element(letter: DeadLetter, language: Language) -> dict[str, Any]:
    return {
        "dead_letter": letter.dead_letter_id,
        "topic": letter.topic,
        "reason": letter.reason,
        "reason_text": reason_text(letter.reason, language),
        "detail": letter.detail,
        "status": letter.status,
        "times_received": letter.times_received,
        "times_replayed": letter.times_replayed,
        "first_received_at": letter.first_received_at,
        "last_received_at": letter.last_received_at,
        "last_replayed_at": letter.last_replayed_at,
        "payload_bytes": letter.payload_bytes,
    }


def payload_element(payload: bytes) -> dict[str, Any]:
    """The bytes as they came, and as text where they are text."""
    return {"payload_base64": b64encode(payload).decode(), "payload_text": payload_text(payload)}


def overview_element(overview: Overview) -> dict[str, Any]:
    return {
        "counts": [
            {
                "status": count.status,
                "reason": count.reason,
                "letters": count.letters,
                "payload_bytes": count.payload_bytes,
            }
            for count in overview.counts
        ],
        "removals": [
            {
                "reason": removal.reason,
                "status": removal.status,
                "letters": removal.letters,
                "payload_bytes": removal.payload_bytes,
                "last_removed_at": removal.last_removed_at,
            }
            for removal in overview.removals
        ],
    }
