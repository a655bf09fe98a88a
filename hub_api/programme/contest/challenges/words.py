"""How challenges are said, and what the form of one sends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from casework.workflow.wording import Label
from hackathon.contest.challenges.machine import CHALLENGE
from hackathon.contest.challenges.model import Description, Terms
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm


def _codes(said: Sequence[str]) -> dict[str, list[str]]:
    return {"things": [" ".join(said)] if said else []}


DESCRIPTION = ValueForm(
    Description,
    special={
        "datasets": Special(lambda form: form.all("dataset"), lambda codes: {"dataset": list(codes)}),
        "things": Special(lambda form: tuple(form.text("things").replace(",", " ").split()), _codes),
    },
)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of challenges call things."""
    return {
        "terms": [(each.value, terms_label(each).text(request.language)) for each in Terms],
        "terms_label": terms_label,
    }


#: A page of challenges.
page = partial(Page, here="hackathons", vocabulary=vocabulary)


def terms_label(terms: Terms) -> Label:
    return Label(CHALLENGE.package, f"terms.{terms}")
