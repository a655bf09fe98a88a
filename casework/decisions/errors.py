"""What stands against a step of a decision."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class DecisionRefusal(Refusal):
    package = "casework.decisions"


class NoGround(DecisionRefusal):
    """It stands on nothing that was said, measured or found."""


class GroundUnknown(DecisionRefusal):
    """There is no such thing for whoever names it."""

    kind = Kind.INVALID


class GroundsFull(DecisionRefusal):
    """``grounds_max`` are there already."""


class NotRecommended(DecisionRefusal):
    """What is recommended is not said in both languages."""


class NoOwner(DecisionRefusal):
    """No verified agency owes the answer."""


class NotAnswered(DecisionRefusal):
    """The answer is not there in both languages."""


class NotReasoned(DecisionRefusal):
    """Not all is accepted, and nothing says why in both languages."""


class NothingPromised(DecisionRefusal):
    """It is accepted, and nobody does anything until any day."""


class ActionsFull(DecisionRefusal):
    """``actions_max`` are there already."""


class ReleasedBySame(DecisionRefusal):
    """Whoever prepared an answer does not release it."""


class NotAllVerified(DecisionRefusal):
    """Something that was promised is not done, or nobody has verified it."""


class VerifiedByOwner(DecisionRefusal):
    """Whoever does it, or belongs to those who do, does not verify it."""


class NoEvidence(DecisionRefusal):
    """Nothing shows that it is done."""


class NotHeard(DecisionRefusal):
    """Only those may dispute it who were heard about it."""


class NotReplaced(DecisionRefusal):
    """What was decided is dropped by a new decision alone."""


class NotDisputed(DecisionRefusal):
    """It is verified, and nobody says that it is not so."""


class NotEditableNow(DecisionRefusal):
    """It was told already: what it says stays as it is."""


class AnswerOwed(DecisionRefusal):
    """Something published owes an answer that is past due, and no public page says so."""
