"""What stands against a step of a vendor, or against its papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue
from hackathon.market.vendors.model import DocumentKind


class VendorRefusal(Refusal):
    package: ClassVar[str] = "hackathon.market.vendors"


class AlreadyVendor(VendorRefusal):
    slug = "vendor_exists"


class NotACompany(VendorRefusal):
    slug = "vendor_not_a_company"


class _OfKinds(VendorRefusal):
    """About papers, which the text names."""

    def __init__(self, kinds: Sequence[DocumentKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(kinds=" ".join(kind.value for kind in kinds))

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        named = texts.text("list_comma", language).join(kind.label.text(language) for kind in self.kinds)
        return texts.text(f"error.{self.slug}", language, kinds=named)


class DocumentsMissing(_OfKinds):
    """They are not there, or have ended."""

    slug = "vendor_documents_missing"


class DocumentsNotAccepted(_OfKinds):
    slug = "vendor_documents_not_accepted"


class DocumentEnded(VendorRefusal):
    slug = "vendor_document_ended"
    kind = Kind.INVALID


class DocumentSettled(VendorRefusal):
    """It is accepted or replaced already."""

    slug = "vendor_document_settled"


class TooManyDocuments(VendorRefusal):
    slug = "vendor_too_many_documents"


class OwnCompany(VendorRefusal):
    slug = "vendor_own_company"


class CompanyNotVerified(VendorRefusal):
    slug = "vendor_company_not_verified"


class CardMissing(VendorRefusal):
    slug = "vendor_card_missing"


class UntilMissing(VendorRefusal):
    slug = "vendor_until_missing"
    kind = Kind.INVALID
