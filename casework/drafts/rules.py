"""What may be kept of what somebody typed. Pure."""

from __future__ import annotations

import json

from casework.drafts.errors import DraftTooLarge
from casework.drafts.model import NewDraft
from casework.drafts.settings import DraftSettings
from casework.workflow.errors import Refusal


def size_of(new: NewDraft) -> int:
    """In bytes, with the names of its fields."""
    return len(json.dumps(new.fields, ensure_ascii=False).encode())


def why_not(new: NewDraft, settings: DraftSettings) -> Refusal | None:
    """What stands against keeping it."""
    return DraftTooLarge(bytes_max=settings.bytes_max) if size_of(new) > settings.bytes_max else None
