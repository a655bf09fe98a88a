"""What an offering may say, what its digest is over, and how it is looked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.dossiers import rules as dossiers
from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, Maturity, PriceBand, Sector, Standard
from casework.workflow.fields import Fields
from citycore.language import LANGUAGES
from citycore.normalisation import like_pattern, normalise_text
from citycore.store.kinds import json_of
from hackathon.market.offerings.machine import SPEAKERS, STAFF
from hackathon.market.offerings.model import PACKAGE, Content, Filters, Offering, Reference
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.vendors.rules import scopes_of

FIELDS = Fields(PACKAGE)
Code = TypeVar("Code", bound=StrEnum)
#: What a search is narrowed by, as addresses name it.
FILTER_NAMES: Final = frozenset({"sector", "capability", "governorate", "maturity", "price", "sme"})
_TEXTS = ("title_ar", "title_en", "summary_ar", "summary_en")
#: The Arabic article; whoever writes it finds words without it too.
_ARTICLE = normalise_text("ال")
_ARTICLE_WORD_CHARACTERS_MIN = 5


def may_see(actor: Actor, offering: Offering) -> bool:
    """Those who speak for its vendor, and the programme, see it whatever its state."""
    return holds_any(actor, SPEAKERS | STAFF, scopes_of(offering.organisation_id))


def is_complete(content: Content) -> bool:
    """In one language at least, and for what it is, what it can do, and how proven it is."""
    is_sorted = bool(content.sectors and content.capabilities and content.maturity and content.languages)
    return is_sorted and bool(content.written_in) and not _half_written(content)


def tidy(content: Content) -> Content:
    """Without spaces around texts, titles in one line, and with codes once each, in the order of their vocabulary."""
    texts = {name: getattr(content, name).strip() for name in _TEXTS}
    texts |= {name: " ".join(texts[name].split()) for name in ("title_ar", "title_en")}
    return Content(
        **texts,
        sectors=_ordered(Sector, content.sectors),
        capabilities=_ordered(Capability, content.capabilities),
        standards=_ordered(Standard, content.standards),
        maturity=content.maturity,
        price_band=content.price_band,
        governorates=_ordered(Governorate, content.governorates),
        languages=tuple(language for language in LANGUAGES if language in content.languages),
        references=tuple(
            replace(one, text_ar=one.text_ar.strip(), text_en=one.text_en.strip())
            for one in content.references
        ),
    )


def digest_of(offering_id: UUID, number: int, content: Content) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of which offering it is, which version, and what it says."""
    return dossiers.digest_of("offering", offering_id, number, json_of(content))


def check_content(content: Content, settings: OfferingSettings, year: int) -> None:
    """:class:`WrongField` for the first that cannot be stored like this, in this year."""
    FIELDS.check_texts(content, ("title_ar", "title_en"), settings.title_characters_max, least=0)
    FIELDS.check_texts(content, ("summary_ar", "summary_en"), settings.summary_characters_max, least=0)
    if len(content.sectors) > settings.sectors_max:
        raise FIELDS.wrong("sectors", f"1–{settings.sectors_max}")
    if len(content.capabilities) > settings.capabilities_max:
        raise FIELDS.wrong("capabilities", f"1–{settings.capabilities_max}")
    if len(content.references) > settings.references_max:
        raise FIELDS.wrong("references", f"0–{settings.references_max}")
    for reference in content.references:
        _check_reference(reference, settings, year)


def filters_of(words: str, codes: Mapping[str, str]) -> Filters:
    """What an address, or a kept search, asks for; ``ValueError`` for a name or a code that is none."""
    if set(codes) - FILTER_NAMES:
        raise ValueError(codes)

    def code_of(name: str, vocabulary: type[Code]) -> Code | None:
        return vocabulary(codes[name]) if codes.get(name) else None

    maturity = codes.get("maturity")
    return Filters(
        words=words,
        sector=code_of("sector", Sector),
        capability=code_of("capability", Capability),
        governorate=code_of("governorate", Governorate),
        maturity=Maturity(int(maturity)) if maturity else None,
        price_band=code_of("price", PriceBand),
        sme_only=codes.get("sme") == "1",
    )


def search_words(words: str, words_max: int) -> list[dict[str, Any]]:
    """Each word with the ways to find it: in texts by ``pattern``, or by codes whose name it is part of.

    So "lighting" finds an offering that is written in Arabic only, and "إنارة" one in English.
    """
    found = []
    for word in normalise_text(words).split()[:words_max]:
        bare = word.removeprefix(_ARTICLE) if len(word) >= _ARTICLE_WORD_CHARACTERS_MIN else word
        found.append(
            {
                "pattern": like_pattern(bare),
                "capabilities": _named(Capability, bare),
                "sectors": _named(Sector, bare),
                "standards": _named(Standard, bare),
            }
        )
    return found


def _named(kinds: type[Capability | Sector | Standard], word: str) -> list[str]:
    return [
        code.value
        for code in kinds
        if any(word in normalise_text(code.label.text(language)) for language in LANGUAGES)
    ]


def _half_written(content: Content) -> bool:
    """A title without its summary, or the other way round."""
    pairs = ((content.title_ar, content.summary_ar), (content.title_en, content.summary_en))
    return any(bool(title) != bool(summary) for title, summary in pairs)


def _check_reference(reference: Reference, settings: OfferingSettings, year: int) -> None:
    if not settings.reference_year_min <= reference.year <= year:
        raise FIELDS.wrong("reference_year", f"{settings.reference_year_min}–{year}")
    texts = (reference.text_ar, reference.text_en)
    if not any(texts) or any(len(text) > settings.reference_characters_max for text in texts):
        raise FIELDS.wrong("reference_text", f"1–{settings.reference_characters_max}")


def _ordered(vocabulary: type[Code], chosen: Sequence[Code]) -> tuple[Code, ...]:
    return tuple(code for code in vocabulary if code in chosen)
