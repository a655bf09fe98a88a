"""What stands against a step of an offering, or against what is written in one."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.errors import Refusal


class OfferingRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.offerings"


class NotWritten(OfferingRefusal):
    slug = "offering_not_written"


class VendorNotListed(OfferingRefusal):
    slug = "offering_vendor_not_verified"


class OwnOffering(OfferingRefusal):
    slug = "offering_own_company"


class NotEditableNow(OfferingRefusal):
    slug = "offering_not_editable"


class NoDraft(OfferingRefusal):
    slug = "offering_without_draft"


class TooManyOfferings(OfferingRefusal):
    slug = "too_many_offerings"


class NotForMarketplace(OfferingRefusal):
    """The submission does not go on in the marketplace, or is listed already."""

    slug = "submission_not_for_marketplace"
