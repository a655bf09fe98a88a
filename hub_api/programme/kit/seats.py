"""From asking for a seat to the page where it is followed."""

from __future__ import annotations

from casework.admission.passage import FOLLOWED_AT, PASSAGE
from casework.admission.seats import Asked
from casework.follow_up.model import Followed
from hub_api.programme.kit.pages import Onward
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_secret


def lead_to_seat(request: PortalRequest, asked: Asked) -> Onward:
    """For whoever has just asked for one: the browser follows it, and number and code are shown there this once."""
    request.keep_followed(Followed(PASSAGE.kind, asked.seat_id))
    shown = issued_secret(asked.seat_id, asked.issued)
    return Onward(FOLLOWED_AT.format(asked.seat_id), f"seat_{asked.state}", shown)
