"""Answers of earlier pages on their way through the browser, in one signed hidden field: nothing is stored before the end.

Whoever leaves a questionnaire leaves no trace of it. The field is bound to one version of one form; it holds the instant at
which it ends, and the one at which it was begun, by which a noun may know whether somebody has read what they answered. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from casework.forms.errors import AnswersExpired, AnswersTooLong, AnswersUnreadable
from casework.forms.model import Answers, Value
from casework.forms.settings import FormSettings

SEAL_BYTES = 32


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers so far, the seed that orders choices for whoever gives them, and since when (seconds of the epoch)."""

    answers: Answers
    seed: int
    begun: int = 0


def carry(key: bytes, form_digest: bytes, carried: Carried, now: datetime, limits: FormSettings) -> str:
    """The text of the hidden field; :class:`AnswersTooLong` if it would be longer than ``carried_bytes_max``."""
    ends = int((now + limits.carried_for).timestamp())
    body = json.dumps(
        [ends, carried.begun, carried.seed, document_of(carried.answers)],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    text = base64.urlsafe_b64encode(_seal(key, form_digest, body.encode()) + body.encode()).decode()
    if len(text) > limits.carried_bytes_max:
        raise AnswersTooLong(bytes_max=limits.carried_bytes_max)
    return text


def read_carried(key: bytes, form_digest: bytes, text: str, now: datetime, limits: FormSettings) -> Carried:
    """What :func:`carry` wrote for the same version of the same form.

    :class:`AnswersUnreadable` for anything else, :class:`AnswersExpired` after ``carried_for``.
    """
    if len(text) > limits.carried_bytes_max:
        raise AnswersUnreadable
    try:
        sealed = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise AnswersUnreadable from None
    seal, body = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(key, form_digest, body)):
        raise AnswersUnreadable
    ends, begun, seed, document = json.loads(body)
    if now.timestamp() >= ends:
        raise AnswersExpired
    return Carried(answers_of(document), seed, begun)


def document_of(answers: Answers) -> dict[str, Any]:
    """Answers as they are stored and carried."""
    values = {
        code: list(value) if isinstance(value, tuple) else value for code, value in answers.values.items()
    }
    return {
        "values": values,
        "not_applicable": sorted(answers.not_applicable),
        "not_asked": sorted(answers.not_asked),
    }


def answers_of(document: Mapping[str, Any]) -> Answers:
    """What :func:`document_of` gave."""
    values: dict[str, Value] = {
        code: tuple(value) if isinstance(value, list) else value for code, value in document["values"].items()
    }
    return Answers(values, frozenset(document["not_applicable"]), frozenset(document["not_asked"]))


def _seal(key: bytes, form_digest: bytes, body: bytes) -> bytes:
    return hmac.digest(key, form_digest + body, sha256)
