"""From asking for a seat to the page where it is followed."""

from __future__ import annotations

from typing import Final

from casework.admission.passage import FOLLOWED_AT, PASSAGE
from casework.admission.seats import Asked
from casework.follow_up.model import Followed
from hub_api.programme.kit.pages import Onward
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import Secret

#: Carries number and code from the answer that made them to the page that shows them, once.
SEAT_COOKIE: Final = "falaj_seat_code"


def lead_to_seat(request: PortalRequest, asked: Asked) -> Onward:
    """For whoever has just asked for one: the browser follows it, and number and code are shown there this once."""
    request.keep_followed(Followed(PASSAGE.kind, asked.seat_id))
    shown = Secret(SEAT_COOKIE, asked.seat_id, f"{asked.issued.number}/{asked.issued.code}")
    return Onward(FOLLOWED_AT.format(asked.seat_id), f"seat_{asked.state}", shown)
