"""A problem as a page, for people who follow a link or type an address; programs are answered in JSON."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from citycore.language import Language
from hub_api.serving.pages.layout import page_fields, render

TYPES_MAX = 20
HTML, JSON_ENDING = "text/html", "json"


def prefers_page(request: Request) -> bool:
    """Whether a reader likes HTML better than JSON, as browsers say it and no program does."""
    if request.method not in ("GET", "HEAD"):
        return False
    best = {HTML: 0.0, JSON_ENDING: 0.0}
    for item in request.headers.get("accept", "").split(",")[:TYPES_MAX]:
        name, _, parameters = item.strip().lower().partition(";")
        kind = HTML if name.strip() == HTML else JSON_ENDING if name.strip().endswith(JSON_ENDING) else None
        if kind is not None:
            best[kind] = max(best[kind], _weight(parameters))
    return best[HTML] > best[JSON_ENDING]


def _weight(parameters: str) -> float:
    found = next((one for one in parameters.split(";") if one.strip().startswith("q=")), "q=1")
    try:
        return float(found.strip().removeprefix("q="))
    except ValueError:
        return 0.0


def problem_page(
    request: Request, problem: Mapping[str, object], status: int, language: Language
) -> Response | None:
    """``problem`` as :class:`hub_api.serving.problems.Problem` has it; None for those who like JSON as well."""
    if not prefers_page(request):
        return None
    known = {"errors": None, "hint_url": None, "bulk_url": None, **problem}
    body = render(
        request, "serving/pages/problem.html", language, title=problem["title"], here=None, problem=known
    )
    return HTMLResponse(body, status, headers=page_fields(language, 0))
