"""What stands against a step of a need, or against what is written in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class NeedRefusal(Refusal):
    package = "hackathon.market.needs"


class NeedNotWritten(NeedRefusal):
    pass


class NeedWeightsWrong(NeedRefusal):
    """``sum`` is what the weights come to."""


class NeedDatesMissing(NeedRefusal):
    pass


class NeedKeysMissing(NeedRefusal):
    """Fewer than ``needed`` openers have a key."""


class NeedNotOpened(NeedRefusal):
    pass


class NeedHasResponses(NeedRefusal):
    pass


class NeedNothingIntended(NeedRefusal):
    pass


class NeedIsSealed(NeedRefusal):
    pass


class NeedCodeTaken(NeedRefusal):
    pass


class NeedNotEditable(NeedRefusal):
    pass


class NeedNotAsking(NeedRefusal):
    """It takes no questions now."""


class VendorNotVerified(NeedRefusal):
    """The person speaks for no vendor that is verified."""

    kind = Kind.FORBIDDEN


class NeedTooMany(NeedRefusal):
    """``what`` has reached ``count_max``."""


class QuestionAnswered(NeedRefusal):
    pass


class NeedNotPublished(NeedRefusal):
    """Nobody relies on it yet: it can be edited instead."""


class OpenerUnknown(NeedRefusal):
    """No account of that address speaks for the agency or the programme."""


class OpenersFixed(NeedRefusal):
    pass


class NotAnOpener(NeedRefusal):
    """The person is not among those who are to hold a key."""

    kind = Kind.FORBIDDEN


class OpenerKeysDiffer(NeedRefusal):
    """The openers' keys are not those that the log held when the need was published."""
