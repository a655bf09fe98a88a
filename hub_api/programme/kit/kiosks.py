"""Browsers of kiosks: devices on which people answer one after the other.

A noun's page at a kiosk is ``Questionnaire(…, is_kiosk=True)`` with :func:`kiosk_here` in its ``look``; its passage has the address in
``answered_at``, to which ``/portal/kiosk`` leads once the token of the kiosk has been typed there.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from casework.admission.model import Kiosk
from casework.admission.service import require_kiosk
from casework.programme import Session
from hub_api.programme.kit.request import DAY_SECONDS, PortalRequest

KIOSK_COOKIE: Final = "falaj_kiosk"


def kiosk_here(session: Session, request: PortalRequest, object_id: UUID) -> Kiosk:
    """The kiosk whose browser this is; :class:`KioskNeeded` if it is none of this object, :class:`KioskRevoked`."""
    return require_kiosk(session, object_id, request.read_secret(KIOSK_COOKIE))


def keep_kiosk(request: PortalRequest, kiosk_pass: str) -> None:
    """The browser is that of a kiosk from now on."""
    days = request.office.settings.portal.browser_days
    request.keep_secret(KIOSK_COOKIE, kiosk_pass, int(days * DAY_SECONDS))
