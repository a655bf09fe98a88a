"""What earned which points, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from casework.workflow.wording import Label
from citycore.language import POP_ISOLATE, Language, catalogue
from citycore.stemming import is_arabic
from hackathon.market.matching.model import Filter, Match, Part, PartKind

PACKAGE: Final = "hackathon.market.matching"
_POINT: Final = 1_000
FIRST_STRONG_ISOLATE: Final = "\u2068"


def filter_label(why: Filter) -> Label:
    return Label(PACKAGE, f"filter.{why.value}")


def part_label(kind: PartKind) -> Label:
    return Label(PACKAGE, f"part.{kind.value}")


def score_text(found: Match, language: Language) -> str:
    """Such as "87.125 of 100"; nothing is rounded, so that the parts add up on paper."""
    return catalogue(PACKAGE).text("points.score", language, points=_number(found.score))


def points_text(part: Part, language: Language) -> str:
    """Such as "23.334 of 35"."""
    points, most = _number(part.points), _number(part.points_max)
    return catalogue(PACKAGE).text("points.part", language, points=points, points_max=most)


def why(part: Part, language: Language) -> str:
    """One sentence: what the points of a part were given for."""
    if not part.what:
        return catalogue(PACKAGE).text(f"why.{part.kind.value}_none", language, asked=part.asked)
    is_any_welcome = part.kind is PartKind.MATURITY and part.asked <= min(Maturity)
    key = "why.maturity_any" if is_any_welcome else f"why.{part.kind.value}"
    return catalogue(PACKAGE).text(key, language, **_FIELDS[part.kind](part, language))


def _number(points: int) -> str:
    """Thousandths as a decimal number without trailing zeros."""
    whole, thousandths = divmod(points, _POINT)
    return f"{whole}.{thousandths:03}".rstrip("0").rstrip(".")


def _listed(names: list[str], language: Language) -> str:
    between = catalogue(PACKAGE).text("why.between", language)
    return between.join(_in_order(name, language) for name in names)


def _in_order(name: str, language: Language) -> str:
    """A name in the letters of the other language keeps its own order and does not touch its neighbours'."""
    is_foreign = is_arabic(name) != (language == "ar")
    return f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}" if is_foreign else name


def _codes(
    vocabulary: type[Capability | Sector | Standard], part: Part, language: Language
) -> dict[str, object]:
    names = [vocabulary(code).label.text(language) for code in part.what]
    return {"count": len(names), "asked": part.asked, "what": _listed(names, language)}


def _text(part: Part, language: Language) -> dict[str, object]:
    """The words in the reader's language, or in the other if there are none."""
    own = [word for word in part.what if is_arabic(word) == (language == "ar")]
    return {"what": _listed(own or list(part.what), language)}


def _references(part: Part, language: Language) -> dict[str, object]:
    capability, client, place = part.what
    abroad = Label(PACKAGE, "why.abroad")
    return {
        "capability": Capability(capability).label.text(language),
        "client": ClientKind(client).label.text(language),
        "place": (Governorate(place).label if place else abroad).text(language),
    }


def _maturity(part: Part, language: Language) -> dict[str, object]:
    level = Maturity(int(part.what[0]))
    return {"level": int(level), "name": level.label.text(language), "asked": part.asked}


def _price(part: Part, language: Language) -> dict[str, object]:
    return {"what": PriceBand(part.what[0]).label.text(language)}


_FIELDS: Final[Mapping[PartKind, Callable[[Part, Language], dict[str, object]]]] = {
    PartKind.CAPABILITIES: partial(_codes, Capability),
    PartKind.TEXT: _text,
    PartKind.SECTOR: partial(_codes, Sector),
    PartKind.REFERENCES: _references,
    PartKind.STANDARDS: partial(_codes, Standard),
    PartKind.MATURITY: _maturity,
    PartKind.PRICE: _price,
}
