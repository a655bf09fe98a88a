"""How states, governorates and reach are said, and which shade of the map a figure has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from markdown_it import MarkdownIt
from markupsafe import Markup

from casework.access.model import HUB
from casework.access.rules import holds_any
from casework.governorates.model import Governorate
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from casework.workflow.wording import Label
from citycore.language import catalogue
from hackathon.outreach.activities.model import Audience, Mode, Reach, Topic
from hackathon.outreach.ambassadors.machine import AMBASSADOR, STAFF
from hackathon.outreach.ambassadors.model import Ambassador, Application, Paper, Profile
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import ValueForm

ACTIVITIES = "hackathon.outreach.activities"
#: What an applicant writes, and what an ambassador says to everybody.
APPLICATION, PROFILE = ValueForm(Application), ValueForm(Profile)
#: Shades of the map above none.
SHADES = 4
#: Headings of a paper stand below those of its page.
_LEVELS_DOWN = 2


@dataclass(frozen=True, slots=True)
class Tile:
    """A governorate on the map; ``shade`` is 0 where nobody was reached."""

    governorate: Governorate
    ambassadors: int
    reach: Reach
    shade: int


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of ambassadors and of their activities call things."""
    return {
        "topic_label": lambda topic: Label(ACTIVITIES, f"topic.{topic}"),
        "audience_label": lambda audience: Label(ACTIVITIES, f"audience.{audience}"),
        "mode_label": lambda mode: Label(ACTIVITIES, f"mode.{mode}"),
        "governorates": governorates(request),
        "figure": "{:,}".format,
        "hours": hours,
        "paper_text": lambda paper: paper_text(paper, request),
    }


#: A page of ambassadors and of their activities.
page = partial(Page, here="desk", vocabulary=vocabulary)


def hours(minutes: int) -> str:
    """Minutes of work as hours, to a tenth."""
    return f"{minutes / 60:,.1f}".removesuffix(".0")


def governorates(request: PortalRequest) -> list[tuple[str, str]]:
    """To choose from, in the order of the language's letters."""
    named = Governorate.choices(request.language)
    return sorted(named, key=lambda pair: pair[1])


def topics(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, _activity_word(f"topic.{one}", request)) for one in Topic]


def audiences(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, _activity_word(f"audience.{one}", request)) for one in Audience]


def modes(request: PortalRequest) -> list[tuple[str, str]]:
    return [(one.value, _activity_word(f"mode.{one}", request)) for one in Mode]


def governorate_of(text: str) -> Governorate | None:
    """As a page offered it, None for none of them; :class:`FormUnreadable`."""
    try:
        return Governorate(text) if text else None
    except ValueError as error:
        raise FormUnreadable from error


def tiles(
    ambassadors: Mapping[Governorate, int], reached: Mapping[Governorate | None, Reach]
) -> tuple[list[Tile], list[int]]:
    """The map, and the largest figure of each shade."""
    steps = steps_to(max((reached.get(one, Reach()).reached for one in Governorate), default=0))
    found = [
        Tile(one, ambassadors.get(one, 0), reach, shade_of(reach.reached, steps))
        for one in Governorate
        for reach in [reached.get(one, Reach())]
    ]
    return found, steps


def steps_to(most: int) -> list[int]:
    """The largest figure of each shade, evenly; fewer shades where there are fewer figures."""
    return sorted({-(-most * number // SHADES) for number in range(1, SHADES + 1)} - {0})


def shade_of(figure: int, steps: list[int]) -> int:
    """0 for nothing, else the first shade, from 1, that reaches so far."""
    return 0 if figure == 0 else next(number for number, step in enumerate(steps, 1) if figure <= step)


def paper_text(paper: Paper, request: PortalRequest) -> Markup:
    """A paper in the visitor's language. It was written by somebody: no HTML of theirs, and no picture."""
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = parser.parse(paper.text_ar if request.language == "ar" else paper.text_en)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + _LEVELS_DOWN)}"
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704 (rendered without HTML)


def words_about(session: Session, ambassador: Ambassador) -> dict[UUID, str]:
    """What was added to the step that led to where somebody stands, if that is given a reason."""
    has_reasons = bool(AMBASSADOR.state(ambassador.state).reasons)
    return session.words(ambassador.ambassador_id) if has_reasons else {}


def require_coordinator(request: PortalRequest) -> None:
    """Who looks after ambassadors; :class:`NotAllowed`."""
    _ = request.person
    if not holds_any(request.actor, STAFF, [HUB]):
        raise NotAllowed


def _activity_word(key: str, request: PortalRequest) -> str:
    return catalogue(ACTIVITIES).text(key, request.language)
