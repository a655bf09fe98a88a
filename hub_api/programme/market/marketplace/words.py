"""The vocabularies of ``casework/taxonomy`` as pages offer them, and who runs the marketplace."""

from __future__ import annotations

from typing import Any

from casework.access.model import HUB
from casework.access.rules import holds_any
from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from casework.workflow.errors import NotAllowed
from citycore.language import Language
from hackathon.market.vendors.machine import STAFF
from hub_api.programme.kit.request import PortalRequest

LANGUAGE_NAMES: dict[Language, str] = {"ar": "العربية", "en": "English"}


def vocabularies(request: PortalRequest) -> dict[str, Any]:
    """To choose from, each as (code, name): in the order of the language's letters, or in their own."""
    return {
        "sectors": _sorted(Sector, request),
        "capabilities": _sorted(Capability, request),
        "standards": _sorted(Standard, request),
        "governorates": _sorted(Governorate, request),
        "client_kinds": _sorted(ClientKind, request),
        "maturities": [
            (str(one.value), f"{one.value} – {one.label.text(request.language)}") for one in Maturity
        ],
        "price_bands": [(one.value, one.label.text(request.language)) for one in PriceBand],
        "support_languages": list(LANGUAGE_NAMES.items()),
        "language_names": LANGUAGE_NAMES,
    }


def is_programme(request: PortalRequest) -> bool:
    """Whether the visitor runs the marketplace."""
    return holds_any(request.actor, STAFF, [HUB])


def require_programme(request: PortalRequest) -> None:
    """Who runs the marketplace; :class:`NotAllowed`."""
    _ = request.person
    if not is_programme(request):
        raise NotAllowed


def _sorted(vocabulary: type[Any], request: PortalRequest) -> list[tuple[str, str]]:
    named = [(one.value, one.label.text(request.language)) for one in vocabulary]
    return sorted(named, key=lambda pair: pair[1])
