"""How offerings are said, and what the form of one sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from citycore.language import Language
from hackathon.market.offerings.model import Content, Filters, Offering, Reference, Version
from hackathon.market.offerings.rules import FILTER_NAMES, filters_of
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.values import Special, ValueForm, rows
from hub_api.programme.market.marketplace.words import is_programme, vocabularies

_YEAR_DIGITS = 4


class Told(NamedTuple):
    """The texts of an offering for a reader; ``is_other``: they are in the other language, for want of theirs."""

    title: str
    summary: str
    language: Language
    is_other: bool


def told_in(content: Content, language: Language) -> Told:
    """In the reader's language, if it is written in it."""
    other: Language = "en" if language == "ar" else "ar"
    wanted = language if language in content.written_in or other not in content.written_in else other
    title, summary = (
        (content.title_ar, content.summary_ar) if wanted == "ar" else (content.title_en, content.summary_en)
    )
    return Told(title or content.titles.shown(language), summary, wanted, wanted != language)


def content_shown(offering: Offering, versions: Sequence[Version]) -> tuple[Content, Version | None]:
    """The draft, or else what is public, if there is either; and what is public."""
    public = next((one for one in versions if one.number == offering.published), None)
    if offering.draft is not None:
        return offering.draft, public
    return Content() if public is None else public.content, public


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of offerings call things."""
    return {
        "told_in": partial(told_in, language=request.language),
        "told_other": lambda content: told_in(content, "en" if request.language == "ar" else "ar"),
        "is_programme": is_programme(request),
        "spare": request.office.settings.portal.rows_spare,
        **vocabularies(request),
    }


def wanted_of(query: Mapping[str, str]) -> tuple[Filters, dict[str, str]]:
    """What an address asks for, and the codes that say so; :class:`FormUnreadable` for what no page of ours offers."""
    codes = {name: query[name] for name in FILTER_NAMES if query.get(name)}
    try:
        return filters_of(query.get("q", ""), codes), codes
    except ValueError as error:
        raise FormUnreadable from error


def _year(form: Form) -> int:
    """0, which no reference has, for what is no year."""
    text = form.text("year").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS else 0


REFERENCE = ValueForm(
    Reference,
    {"client_kind": "client", "governorate": "place", "capability": "can"},
    {"year": Special(_year, lambda year: {"year": [str(year)] if year else []})},
)
#: What a vendor writes of an offering.
CONTENT = ValueForm(
    Content,
    {
        "sectors": "sector",
        "capabilities": "capability",
        "standards": "standard",
        "price_band": "price",
        "governorates": "governorate",
        "languages": "language",
    },
    {"references": rows(REFERENCE, "year", ("year", "text_ar", "text_en"))},
)
