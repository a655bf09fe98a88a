"""Browsers of kiosks: devices on which people answer one after the other.

A noun's page at a kiosk is ``Questionnaire(…, is_kiosk=True)`` with :func:`kiosk_here` in its ``look``; its passage has the address in
``answered_at``, to which ``/portal/kiosk`` leads once the token of the kiosk has been typed there. A browser can be set up for
several objects, each by a token of its own: people then choose at ``/portal/kiosk``, where every screen begins anew.

Staff sets kiosks up on a page of the noun: :func:`kiosk_desk`, :func:`add_kiosks` and ``casework/admission/kiosks.html``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from casework.admission.model import IssuedKiosk, Kiosk
from casework.admission.rules import split_passes
from casework.admission.service import list_kiosks, require_kiosk
from casework.governorates.model import Governorate
from casework.programme import Session
from hub_api.programme.kit.addresses import at
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page
from hub_api.programme.kit.request import DAY_SECONDS, PortalRequest
from hub_api.programme.kit.reveal import Secret, take

KIOSK_COOKIE: Final = "falaj_kiosk"
#: Who is answering now. Pages of whoever answered before are no longer taken.
RUN_COOKIE: Final = "falaj_kiosk_run"
#: Carries the token of a new kiosk to the page that shows it, once.
TOKEN_SECRET: Final = "falaj_kiosk_token"  # noqa: S105 (a name)
#: Where people choose what they want to do.
START: Final = "/kiosk"


def kiosk_here(session: Session, request: PortalRequest, object_id: UUID) -> Kiosk:
    """The kiosk whose browser this is; :class:`KioskNeeded` if it is none of this object, :class:`KioskRevoked`."""
    return require_kiosk(session, object_id, request.read_secret(KIOSK_COOKIE))


def keep_kiosk(request: PortalRequest, passes: str) -> None:
    """The browser is that of these kiosks from now on."""
    days = request.office.settings.portal.browser_days
    request.keep_secret(KIOSK_COOKIE, passes, int(days * DAY_SECONDS))


def start_url(request: PortalRequest, url: str) -> str:
    """Where the next person begins: at ``url``, unless the browser is set up for more than that."""
    is_one = len(split_passes(request.read_secret(KIOSK_COOKIE))) < 2
    return url if is_one else f"{MOUNT}{START}"


def end_run(request: PortalRequest) -> None:
    """Whoever goes back to what was typed here before begins anew."""
    request.keep_secret(RUN_COOKIE, "", 0)


def kiosk_desk(session: Session, request: PortalRequest, object_id: UUID) -> dict[str, Any]:
    """What the part of a page shows on which staff sets up kiosks of an object."""
    return {
        "kiosks": list_kiosks(session, object_id),
        "kiosk_address": f"{request.site}{MOUNT}{START}",
        "kiosk_token": take(request, TOKEN_SECRET, object_id) if request.sent is None else None,
        "governorates": Governorate.choices(request.language),
    }


def add_kiosks(
    page: Page[UUID],
    add: Callable[[Session, UUID, str, Governorate], IssuedKiosk],
    revoke: Callable[[Session, UUID, UUID], object],
) -> None:
    """The forms of that part on a page; the token of a new one is shown once, to be typed into the browser of the device."""

    def add_one(session: Session, object_id: UUID, sent: tuple[str, Governorate]) -> Onward:
        issued = add(session, object_id, *sent)
        return Onward(at(page.path, object_id), None, Secret(TOKEN_SECRET, object_id, issued.token))

    page.post("kiosks", _read_kiosk, "kiosk_added", add_one)
    page.press_part("kiosks/{kiosk_id}/revoke", "kiosk_revoked", revoke)


def _read_kiosk(form: Form) -> tuple[str, Governorate]:
    """Where a new one stands."""
    if form.text("governorate") not in set(Governorate):
        raise FormUnreadable
    return form.text("name"), Governorate(form.text("governorate"))
