"""How certificates are said on pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from casework.workflow.wording import Label
from citycore.clock import CITY_ZONE
from citycore.language import Language, catalogue
from hackathon.outreach.certificates.machine import CERTIFICATE
from hackathon.outreach.certificates.model import Certificate, Standing
from hackathon.outreach.certificates.wording import day_text, description, figures, period, title
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest

#: The look of a state and of what is found.
MARKS = {
    "offered": "is-late",
    "issued": "is-good",
    "withdrawn": "is-unknown",
    "revoked": "is-bad",
    Standing.VALID: "is-good",
    Standing.EXPIRED: "is-late",
    Standing.REVOKED: "is-bad",
    Standing.TAMPERED: "is-bad",
    Standing.UNKNOWN: "is-unknown",
}


def kind_told(kind: str, language: Language) -> str:
    """What somebody is certified to have been."""
    return catalogue(CERTIFICATE.package).text(f"kind.{kind}", language)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of certificates call things."""
    language = request.language
    texts = catalogue(CERTIFICATE.package)
    return {
        "award_title": lambda award: title(award, language),
        "award_said": lambda award: description(award, language),
        "award_period": lambda award: period(award.starts_on, award.ends_on, language),
        "award_figures": lambda award: figures(award, language),
        "day": lambda at: day_text(at.astimezone(CITY_ZONE).date(), language),
        "kind_label": lambda kind: kind_told(kind, language),
        "standing_text": lambda standing: texts.text(f"standing.{standing}", language),
        "certificate_state": lambda one: CERTIFICATE.label("state", one.state),
        "certificate_reason": lambda reason: Label(CERTIFICATE.package, f"certificate.reason.{reason}"),
        "mark_of": MARKS.__getitem__,
        "is_expired": partial(_is_expired, request),
    }


#: A page of certificates.
page = partial(Page, here="desk", vocabulary=vocabulary)


def _is_expired(request: PortalRequest, certificate: Certificate) -> bool:
    expires_at = certificate.award.expires_at
    return expires_at is not None and request.office.clock() >= expires_at
