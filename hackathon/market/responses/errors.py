"""What stands against a response, its opening, or its evaluation."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ResponseRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.responses"


class NotAnswered(ResponseRefusal):
    """The need takes no responses now."""

    slug = "need_not_answered"


class VendorNotVerified(ResponseRefusal):
    slug = "response_vendor_not_verified"
    kind = Kind.FORBIDDEN


class SmallOnly(ResponseRefusal):
    """The need is for small and medium enterprises."""

    slug = "response_small_only"


class NeedNotClosed(ResponseRefusal):
    slug = "need_not_closed"


class WrongKey(ResponseRefusal):
    """A key, but not the one that the actor made for this need."""

    slug = "wrong_key"
    kind = Kind.INVALID


class AlreadyBrought(ResponseRefusal):
    """The actor has brought their key: the second must be another person's."""

    slug = "key_already_brought"


class NothingToOpen(ResponseRefusal):
    slug = "nothing_to_open"


class NeedNotEvaluated(ResponseRefusal):
    slug = "need_not_evaluated"


class NotReadable(ResponseRefusal):
    """It could not be opened: there is nothing to evaluate."""

    slug = "response_not_readable"


class OwnInterest(ResponseRefusal):
    """The actor belongs, or belonged, to a company that responded."""

    slug = "own_interest"
    kind = Kind.FORBIDDEN


class NotCompliant(ResponseRefusal):
    slug = "response_not_compliant"


class NotMarked(ResponseRefusal):
    """Marks are missing: ``given`` of ``needed``."""

    slug = "responses_not_marked"


class NotFirst(ResponseRefusal):
    slug = "response_not_first"


class NotOver(ResponseRefusal):
    slug = "need_not_over"


class NoDebrief(ResponseRefusal):
    slug = "no_debrief"


class BecameChallenge(ResponseRefusal):
    slug = "became_challenge"


class NotUnsuitable(ResponseRefusal):
    """Only what found nothing suitable becomes a challenge."""

    slug = "need_not_unsuitable"
