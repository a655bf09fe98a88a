"""Why a step was refused. Each is a value, so that a guard can return it and a page can show it beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from casework.workflow.wording import Label, Span, instant_text
from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue

T = TypeVar("T")


class Refusal(FalajError):
    """Root of everything that says no to a step; a noun's guards return subclasses with their own texts."""

    slug = "not_in_this_state"
    package = "casework.workflow"
    kind = Kind.CONFLICT

    def text(self, language: Language) -> str:
        """The error in a language: labels (one, or several in a tuple) and spans in its words, instants in the time of the city."""
        fields = {name: _worded(value, language) for name, value in self.details.items()}
        return catalogue(self.package).text(f"error.{self.slug}", language, **fields)


def _worded(value: object, language: Language) -> object:
    if isinstance(value, datetime):
        return instant_text(value, language)
    if isinstance(value, tuple):
        between = catalogue("casework.workflow").text("comma", language)
        return between.join(str(_worded(one, language)) for one in value)
    return value.text(language) if isinstance(value, Label | Span) else value


def check(refusal: FalajError | None) -> None:
    """Raise what stands against something, if anything does."""
    if refusal is not None:
        raise refusal


def existing(found: T | None) -> T:
    """What was looked for; :class:`NoSuchObject` if it is not there."""
    if found is None:
        raise NoSuchObject
    return found


def check_all(refusals: Iterable[Refusal]) -> None:
    """Raise the first of them."""
    check(next(iter(refusals), None))


class NotConfirmed(Exception):
    """Somebody at a page wants what cannot be taken back and has not been asked yet; nothing has happened.

    No refusal: the step is possible. ``deed`` is what is done to a ``kind`` of object, and ``becomes`` what it is then;
    where it is done to several at once, ``number`` says to how many.
    """

    def __init__(
        self,
        kind: str,
        deed: str,
        object_id: UUID | None = None,
        becomes: Label | None = None,
        *,
        number: int = 0,
    ) -> None:
        super().__init__(f"{kind}.{deed}")
        self.kind = kind
        self.deed = deed
        self.object_id = object_id
        self.becomes = becomes
        self.number = number


class WrongField(Refusal):
    """``field`` names what cannot be stored as it was sent; ``limit`` says what it may be."""

    kind = Kind.INVALID


class LettersTurned(WrongField):
    """``field`` holds control characters, or marks that would turn the direction of what stands after it."""


class ScriptsMixed(WrongField):
    """``field`` has a word with letters of several scripts that look alike, by which one name passes for another."""


class RowWrong(Refusal):
    """What stands against the ``row`` of a form that has several of a kind, counted from one; ``why`` says it."""

    kind = Kind.INVALID

    def __init__(self, row: int, why: FalajError, field: str | None = None) -> None:
        self.row, self.why, self.field = row, why, field
        super().__init__(row=row)

    def text(self, language: Language) -> str:
        fields = {"row": self.row, "why": self.why.text(language)}
        return catalogue(self.package).text(f"error.{self.slug}", language, **fields)


class NoSuchObject(Refusal):
    kind = Kind.NOT_FOUND


class ChangedMeanwhile(Refusal):
    """Somebody else was faster than the version that the actor saw."""


class Busy(Refusal):
    """Others hold what the step needs for longer than anybody should wait; nothing has happened."""

    kind = Kind.UNAVAILABLE


class NotInThisState(Refusal):
    pass


class NotAllowed(Refusal):
    kind = Kind.FORBIDDEN


class TooEarly(Refusal):
    """``opens`` is the instant from which the step is possible."""


class TooLate(Refusal):
    """``closed`` is the instant from which the step is no longer possible."""


class DeadlineNotSet(Refusal):
    """``deadline`` names an instant that the step depends on and that nobody has set."""


class ReasonMissing(Refusal):
    pass


class WordsMissing(Refusal):
    """The reason says nothing without words of its own."""


class WordsTooLong(Refusal):
    """More than ``characters_max``."""


class ReasonUnknown(Refusal):
    pass


class StepNotUndoable(Refusal):
    """The newest step cannot be taken back, or not any more."""


class DecidedElsewhere(Refusal):
    """The step is a decision: prepared first, then released together with others."""


class BatchTooLarge(Refusal):
    """More decisions at once than ``decisions_max``."""


class DeadlineUnknown(Refusal):
    pass


class DeadlinesFixed(Refusal):
    """They have been announced: from now on they can only be extended."""


class DeadlinesOutOfOrder(Refusal):
    pass


class DeadlineSpent(Refusal):
    """What begins with the deadline has happened already."""


class NotAnExtension(Refusal):
    """``instant`` is not later than what was announced, or not in the future."""
