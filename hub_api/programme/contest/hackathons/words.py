"""What forms say of hackathons, and for which agencies somebody speaks."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Role, ScopeKind
from hackathon.contest.hackathons.model import Description, Mode
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

DESCRIPTION = ValueForm(Description)


def agencies_of(actor: Actor) -> list[UUID]:
    """Organisations for which somebody speaks as an officer."""
    return [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role is Role.OFFICER and grant.scope.kind is ScopeKind.ORGANISATION and grant.scope.object_id
    ]


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of both call things."""
    return {
        "modes": [(mode.value, WORDS.text(f"hackathons.mode_{mode}", request.language)) for mode in Mode],
    }


#: A page of hackathons.
page = partial(Page, here="hackathons", vocabulary=vocabulary)
