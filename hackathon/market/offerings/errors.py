"""What stands against a step of an offering, or against what is written in one."""

from __future__ import annotations

from casework.workflow.errors import Refusal


class OfferingRefusal(Refusal):
    package = "hackathon.market.offerings"


class OfferingNotWritten(OfferingRefusal):
    pass


class OfferingVendorNotVerified(OfferingRefusal):
    pass


class OfferingOwnCompany(OfferingRefusal):
    pass


class OfferingNotEditable(OfferingRefusal):
    pass


class OfferingWithoutDraft(OfferingRefusal):
    pass


class TooManyOfferings(OfferingRefusal):
    pass


class SubmissionNotForMarketplace(OfferingRefusal):
    """The submission does not go on in the marketplace, or is listed already."""
