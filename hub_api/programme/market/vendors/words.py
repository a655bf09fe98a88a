"""How vendors are said, and what their forms send."""

from __future__ import annotations

from typing import Any

from hackathon.market.vendors.model import DocumentKind, Paper, Profile
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.market.marketplace.words import vocabularies


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of vendors call things."""
    return {
        "document_kinds": [(kind.value, kind.label.text(request.language)) for kind in DocumentKind],
        **vocabularies(request),
    }


#: What a vendor says of itself, and what it says of a document.
PROFILE, PAPER = ValueForm(Profile), ValueForm(Paper)
