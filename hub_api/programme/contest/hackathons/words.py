"""What forms say of hackathons."""

from __future__ import annotations

from functools import partial
from typing import Any

from hackathon.contest.hackathons.model import Description, Mode
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

DESCRIPTION = ValueForm(Description)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of both call things."""
    return {
        "modes": [(mode.value, WORDS.text(f"hackathons.mode_{mode}", request.language)) for mode in Mode],
    }


#: A page of hackathons.
page = partial(Page, here="hackathons", vocabulary=vocabulary)
