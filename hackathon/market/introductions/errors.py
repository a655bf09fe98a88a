"""What stands against an introduction."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class IntroductionRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.introductions"


class NeedNotOpen(IntroductionRefusal):
    """It is not published, over, or answered by sealed responses: then nobody meets aside."""

    slug = "introduction_need_not_open"


class OfferingNotListed(IntroductionRefusal):
    slug = "introduction_offering_not_listed"


class DoesNotFit(IntroductionRefusal):
    """``why`` is the first filter that keeps the offering out."""

    slug = "introduction_does_not_fit"


class AlreadyIntroduced(IntroductionRefusal):
    slug = "introduction_exists"


class TooManyIntroductions(IntroductionRefusal):
    slug = "too_many_introductions"


class ContactMissing(IntroductionRefusal):
    """The person whom a side has named does not speak for it any more."""

    slug = "introduction_contact_missing"


class NotShared(IntroductionRefusal):
    slug = "introduction_not_mutual"


class NotAsked(IntroductionRefusal):
    """Nothing is asked yet, or it has been answered."""

    slug = "introduction_not_asked"
