"""What stands against an introduction."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class IntroductionRefusal(Refusal):
    package = "hackathon.market.introductions"


class IntroductionNeedNotOpen(IntroductionRefusal):
    """It is not published, over, or answered by sealed responses: then nobody meets aside."""


class IntroductionOfferingNotListed(IntroductionRefusal):
    pass


class IntroductionDoesNotFit(IntroductionRefusal):
    """``why`` is the first filter that keeps the offering out."""


class IntroductionExists(IntroductionRefusal):
    pass


class TooManyIntroductions(IntroductionRefusal):
    pass


class IntroductionContactMissing(IntroductionRefusal):
    """The person whom a side has named does not speak for it any more."""


class IntroductionNotMutual(IntroductionRefusal):
    pass


class IntroductionNotAsked(IntroductionRefusal):
    """Nothing is asked yet, or it has been answered."""
