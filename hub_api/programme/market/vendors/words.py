"""How vendors are said, and what their forms send."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import DocumentKind, Paper, Profile
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.market.marketplace.words import vocabularies


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of vendors call things."""
    return {
        "vendor_state": partial(VENDOR.label, "state"),
        "vendor_reason": partial(VENDOR.label, "reason"),
        "document_kinds": [(kind.value, kind.label.text(request.language)) for kind in DocumentKind],
        **vocabularies(request),
    }


#: What a vendor says of itself, and what it says of a document.
PROFILE, PAPER = ValueForm(Profile), ValueForm(Paper)


def day_of(text: str) -> date | None:
    """As browsers send a day, or None; :class:`FormUnreadable`. No later than what a day later can still be said of."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
        _ = day + timedelta(days=2)
    except (ValueError, OverflowError) as error:
        raise FormUnreadable from error
    return day
