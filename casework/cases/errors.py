"""What stands against something about a case."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class CaseRefusal(Refusal):
    package = "casework.cases"


class CannotMerge(CaseRefusal):
    """The two are not of one kind and organisation and open, one is part of another already, or its asker objected."""


class NoHandler(CaseRefusal):
    """Nobody of the organisation may handle it: nobody is there at this level who is not in conflict with it."""


class HandlerBarred(CaseRefusal):
    """The person is in conflict with the case, or handles none of this organisation."""


class HandlerElsewhere(CaseRefusal):
    """The person does not belong to the organisation."""

    kind = Kind.INVALID


class CaseNotYours(CaseRefusal):
    """Somebody else has it in hand."""

    kind = Kind.FORBIDDEN


class WrongLevel(CaseRefusal):
    """Levels are numbered from 1 to ``most``."""

    kind = Kind.INVALID


class WrongRating(CaseRefusal):
    kind = Kind.INVALID


class AlreadyRated(CaseRefusal):
    pass


class NothingSaid(CaseRefusal):
    """A message without words."""

    kind = Kind.INVALID


class MessageTooLong(CaseRefusal):
    """More than ``characters_max``."""

    kind = Kind.INVALID


class TooManyMessages(CaseRefusal):
    """A thread has ``messages_max``."""
