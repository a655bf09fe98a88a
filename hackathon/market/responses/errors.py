"""What stands against a response, its opening, or its evaluation."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ResponseRefusal(Refusal):
    package = "hackathon.market.responses"


class NeedNotAnswered(ResponseRefusal):
    """The need takes no responses now."""


class ResponseVendorNotVerified(ResponseRefusal):
    kind = Kind.FORBIDDEN


class ResponseSmallOnly(ResponseRefusal):
    """The need is for small and medium enterprises."""


class NeedNotClosed(ResponseRefusal):
    pass


class WrongKey(ResponseRefusal):
    """A key, but not the one that the actor made for this need."""

    kind = Kind.INVALID


class KeyAlreadyBrought(ResponseRefusal):
    """The actor has brought their key: the second must be another person's."""


class NothingToOpen(ResponseRefusal):
    pass


class NeedNotEvaluated(ResponseRefusal):
    pass


class ResponseNotReadable(ResponseRefusal):
    """It could not be opened: there is nothing to evaluate."""


class OwnInterest(ResponseRefusal):
    """The actor belongs, or belonged, to a company that responded."""

    kind = Kind.FORBIDDEN


class ResponseNotCompliant(ResponseRefusal):
    pass


class ResponsesNotMarked(ResponseRefusal):
    """Marks are missing: ``given`` of ``needed``."""


class ResponseNotFirst(ResponseRefusal):
    pass


class NeedNotOver(ResponseRefusal):
    pass


class NoDebrief(ResponseRefusal):
    pass


class BecameChallenge(ResponseRefusal):
    pass


class NeedNotUnsuitable(ResponseRefusal):
    """Only what found nothing suitable becomes a challenge."""
