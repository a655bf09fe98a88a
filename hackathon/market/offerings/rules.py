"""What an offering may say, what its digest is over, and how it is looked for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.dossiers import rules as dossiers
from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, Maturity, PriceBand, Sector, Standard
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.language import LANGUAGES
from citycore.normalisation import like_pattern, normalise_text
from citycore.store.kinds import json_of
from hackathon.market.offerings.machine import SPEAKERS, STAFF
from hackathon.market.offerings.model import PACKAGE, Content, Filters, Offering, Reference
from hackathon.market.offerings.settings import OfferingSettings

FIELDS = Fields(PACKAGE)
Code = TypeVar("Code", bound=str)
#: What a search is narrowed by, as addresses name it.
FILTER_NAMES: Final = frozenset({"sector", "capability", "governorate", "maturity", "price", "sme"})
_TEXTS = ("title_ar", "title_en", "summary_ar", "summary_en")
#: The Arabic article; whoever writes it finds words without it too.
_ARTICLE = normalise_text("ال")
_ARTICLE_WORD_CHARACTERS_MIN = 5


def scopes_of(organisation_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.ORGANISATION, organisation_id)})


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
        references=tuple(_tidy_reference(one) for one in content.references),
    )


def digest_of(offering_id: UUID, number: int, content: Content) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of which offering it is, which version, and what it says."""
    return dossiers.digest_of("offering", offering_id, number, json_of(content))


def why_wrong(content: Content, settings: OfferingSettings, year: int) -> Refusal | None:
    """The first field that cannot be stored like this, in this year."""
    return next(_wrong_fields(content, settings, year), None)


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


def _wrong_fields(content: Content, settings: OfferingSettings, year: int) -> Iterator[Refusal]:
    for name in _TEXTS:
        most = settings.title_characters_max if name.startswith("title") else settings.summary_characters_max
        if len(getattr(content, name)) > most:
            yield FIELDS.wrong(name, f"0–{most}")
    if len(content.sectors) > settings.sectors_max:
        yield FIELDS.wrong("sectors", f"1–{settings.sectors_max}")
    if len(content.capabilities) > settings.capabilities_max:
        yield FIELDS.wrong("capabilities", f"1–{settings.capabilities_max}")
    if len(content.references) > settings.references_max:
        yield FIELDS.wrong("references", f"0–{settings.references_max}")
    for reference in content.references:
        yield from _wrong_reference(reference, settings, year)


def _wrong_reference(reference: Reference, settings: OfferingSettings, year: int) -> Iterator[Refusal]:
    if not settings.reference_year_min <= reference.year <= year:
        yield FIELDS.wrong("reference_year", f"{settings.reference_year_min}–{year}")
    texts = (reference.text_ar, reference.text_en)
    if not any(texts) or any(len(text) > settings.reference_characters_max for text in texts):
        yield FIELDS.wrong("reference_text", f"1–{settings.reference_characters_max}")


def _ordered(vocabulary: type[Code], chosen: Sequence[Code]) -> tuple[Code, ...]:
    return tuple(code for code in _codes(vocabulary) if code in chosen)


def _codes(vocabulary: Any) -> Iterator[Any]:
    return iter(vocabulary)


def _tidy_reference(one: Reference) -> Reference:
    return Reference(
        one.client_kind, one.governorate, one.capability, one.year, one.text_ar.strip(), one.text_en.strip()
    )
