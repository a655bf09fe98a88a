"""Boxes and answers as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from casework.forms.carrying import answers_of
from casework.forms.model import Answers
from citycore.language import Language

PACKAGE: Final = "casework.unlinked_answers"


class BoxState(StrEnum):
    OPEN = "open"
    #: Nobody answers any more, and nobody reads yet: the worker mixes it within a minute.
    CLOSED = "closed"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What somebody answered; ``version`` is that of the form, ``channel`` a code by which it is counted apart.

    ``once`` is that of the page that was sent (``Submitted.once``): the first one that comes with it counts. None where
    something else keeps people from sending twice. An answer at a kiosk names it, to find hours in which somebody filled it
    in; that and the hour are forgotten when the box is mixed.
    """

    version: int
    answers: Answers
    channel: str
    language: Language
    _: KW_ONLY
    once: UUID | None = None
    kiosk_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of a mixed box. ``is_apart`` were given in an hour in which a kiosk had far more than is usual there."""

    answer_id: UUID
    version: int
    channel: str
    language: Language
    document: Mapping[str, Any]
    is_apart: bool

    @property
    def answers(self) -> Answers:
        return answers_of(self.document)
