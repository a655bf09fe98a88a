"""What stands against a step of a vendor, or against its papers."""

from __future__ import annotations

from collections.abc import Sequence

from casework.workflow.errors import Refusal
from citycore.errors import Kind
from citycore.language import Language, catalogue
from hackathon.market.vendors.model import DocumentKind


class VendorRefusal(Refusal):
    package = "hackathon.market.vendors"


class VendorExists(VendorRefusal):
    pass


class VendorNotACompany(VendorRefusal):
    pass


class _OfKinds(VendorRefusal):
    """About papers, which the text names."""

    def __init__(self, kinds: Sequence[DocumentKind]) -> None:
        self.kinds = tuple(kinds)
        super().__init__(kinds=" ".join(kind.value for kind in kinds))

    def text(self, language: Language) -> str:
        texts = catalogue(self.package)
        named = texts.text("list_comma", language).join(kind.label.text(language) for kind in self.kinds)
        return texts.text(f"error.{self.slug}", language, kinds=named)


class VendorDocumentsMissing(_OfKinds):
    """They are not there, or have ended."""


class VendorDocumentsNotAccepted(_OfKinds):
    pass


class VendorDocumentEnded(VendorRefusal):
    kind = Kind.INVALID


class VendorDocumentSettled(VendorRefusal):
    """It is accepted or replaced already."""


class VendorTooManyDocuments(VendorRefusal):
    pass


class VendorOwnCompany(VendorRefusal):
    pass


class VendorCompanyNotVerified(VendorRefusal):
    pass


class VendorCardMissing(VendorRefusal):
    pass


class VendorUntilMissing(VendorRefusal):
    kind = Kind.INVALID
