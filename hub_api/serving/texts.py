"""The API's texts in Arabic and English, and which of the two a request wants."""

from __future__ import annotations

from starlette.requests import Request

from citycore.language import DEFAULT_LANGUAGE, LANGUAGES, Catalogue, Language

TEXTS = Catalogue("hub_api.serving")
RANGES_MAX = 20


def language_of(request: Request) -> Language:
    """``lang=`` if it names a language of ours, else the best of ``Accept-Language``, else English."""
    wanted = request.query_params.get("lang")
    for language in LANGUAGES:
        if wanted == language:
            return language
    return preferred_language(request.headers.get("accept-language", ""))


def preferred_language(accept_language: str) -> Language:
    """The language of ours with the highest weight in an ``Accept-Language`` field."""
    return named_language(accept_language) or DEFAULT_LANGUAGE


def named_language(accept_language: str) -> Language | None:
    """The same, or None where the field names none of ours."""
    best: tuple[float, Language | None] = (0.0, None)
    for item in accept_language.split(",")[:RANGES_MAX]:
        tag, _, rest = item.partition(";")
        weight = _weight(rest)
        for language in LANGUAGES:
            if tag.strip().lower().split("-")[0] == language and weight > best[0]:
                best = (weight, language)
    return best[1]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
