"""How matches and introductions are said, and what their forms send."""

from __future__ import annotations

from functools import partial
from typing import Any

from casework.taxonomy.model import PriceBand
from casework.workflow.wording import Label
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.model import PACKAGE, Told
from hackathon.market.matching.wording import filter_label, part_label, points_text, score_text, why
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

STATES = tuple(state.name for state in INTRODUCTION.states)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of introductions call things."""
    language = request.language
    return {
        "stage_label": lambda name: Label(PACKAGE, f"stage.{name}"),
        "score": partial(score_text, language=language),
        "part_label": part_label,
        "points": partial(points_text, language=language),
        "why": partial(why, language=language),
        "filter_label": filter_label,
        "price_bands": [(one.value, one.label.text(language)) for one in PriceBand],
        "states": [(name, INTRODUCTION.label("state", name).text(language)) for name in STATES],
    }


#: What a side says has come of it.
TOLD = ValueForm(
    Told,
    {"has_met": "met", "has_pilot": "pilot", "has_contract": "contract", "value_band": "value"},
)
