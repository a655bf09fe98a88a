"""``/portal/search``: everything that everybody may see, by words, by kind and by governorate."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from casework.governorates.model import Governorate
from casework.search.settings import FindSettings
from citycore.language import plural_form
from hub_api.programme.casework.search.finding import Wanted, find
from hub_api.programme.casework.search.words import text_of, title_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.programme.kit.turning import Part, start_of
from hub_api.serving.hub import HubHere
from programme.registry import NOUNS

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/search")
async def search(request: CurrentRequest, hub: HubHere) -> Response:
    """What fits, the best first, and how many of each kind; the newest without words."""
    settings = request.office.programme.of(FindSettings)
    q, kind, governorate = (request.query(name) for name in ("q", "kind", "governorate"))
    is_known = kind in {"", *NOUNS.findables} and governorate in {"", *(one.value for one in Governorate)}
    if not is_known:
        raise FormUnreadable
    start, most = start_of(request), settings.page_rows_max
    is_asked = bool(q.strip() or kind or governorate)
    # No page begins behind what is weighed.
    wanted = Wanted(most, kind or None, governorate or None, min(start, settings.rows_weighed_max))
    found = await find(hub.database, q, wanted, settings) if is_asked else None
    counts = {} if found is None else found.counts
    language = request.language
    number = counts.get(kind, 0) if kind else sum(counts.values())
    return render_page(
        request,
        "casework/search/page.html",
        title=WORDS.text("search.title", language),
        here="search",
        asked=q,
        kind=kind,
        governorate=Governorate(governorate) if governorate else None,
        governorates=Governorate.choices(language),
        found=found,
        total=sum(counts.values()),
        counted=WORDS.text(f"search.count.{plural_form(number, language)}", language, number=number),
        kinds=[(NOUNS.findables[name], number) for name, number in counts.items()],
        part=Part(() if found is None else found.places, wanted.start, most, number),
        title_of=lambda hit: title_of(hit, found.stems if found else frozenset(), language),
        text_of=lambda hit: text_of(hit, found.stems if found else frozenset(), language),
    )
