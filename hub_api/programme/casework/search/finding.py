"""What fits a question, read with the role of the open data.

The index says what fits and how well. What is shown is read from the open views by the statements of the nouns, in that moment:
what is public no more is found no more, whatever the index still has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias
from uuid import UUID

from casework.people.model import Names
from casework.search.model import Findable, Known, Plan, Thing
from casework.search.rules import asked_of, forms_of, plan_for, stems_of
from casework.search.settings import FindSettings
from casework.search.statements import QUERIES, statement
from casework.workflow.wording import Label
from citycore.language import Language
from citycore.store.kinds import values_of
from hub_api.serving.database import Reader
from programme.registry import NOUNS

#: Words that resemble one, of which the nearest are taken.
_ALIKE_MAX = 20
#: Rows of the index as words are weighed, before they are counted and where there are few.
_ROWS_MIN = 1_000


class Hit(NamedTuple):
    """Something that fits, as it is now."""

    findable: Findable
    thing: Thing
    score: int

    def title(self, language: Language) -> str:
        """Its own, or what it is about."""
        titles = self.thing.titles.shown(language)
        return titles or next((label.text(language) for label in self.labels()), "")

    def titles(self) -> Names:
        """In both languages, one standing for the other."""
        return Names(self.title("ar"), self.title("en"))

    def labels(self) -> list[Label]:
        """What its codes are called."""
        return [] if self.findable.label is None else [self.findable.label(code) for code in self.thing.codes]


#: A row of the index: its kind, its key, and what it counts.
Place: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a thing counts by its kind, and how many are weighed."""

    kinds: tuple[str, ...]
    kind_weights: tuple[float, ...]
    weighed: int

    @classmethod
    def of(cls, settings: FindSettings) -> Weights:
        findables = NOUNS.findables
        weights = tuple(one.weight for one in findables.values())
        return cls(tuple(findables), weights, settings.rows_weighed_max)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what fits, the best first, and how many of each kind fit; ``is_cut`` where more fit than are weighed.

    ``places`` are those of the page in the index: more than ``hits`` where something was taken back a moment ago.
    ``stems`` are those by which it was found.
    """

    hits: Sequence[Hit] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    places: Sequence[Place] = ()
    stems: frozenset[str] = frozenset()
    is_cut: bool = False

    @property
    def number(self) -> int:
        return sum(self.counts.values())


class Wanted(NamedTuple):
    """Which part of what fits: of one kind, of one governorate, from a place or after a row on."""

    rows: int
    kind: str | None = None
    governorate: str | None = None
    start: int = 0
    after: tuple[int, str, str] | None = None


async def find(database: Reader, question: str, wanted: Wanted, settings: FindSettings) -> Found:
    """The best first; the newest first without a question. Nothing where no word of it is known, or like one that is."""
    score, kind, key = wanted.after or (None, None, None)
    parameters: dict[str, object] = {
        "kind": wanted.kind,
        "governorate": wanted.governorate,
        "after_score": score,
        "after_kind": kind,
        "after_key": key,
        "start": wanted.start,
        "rows": wanted.rows,
    }
    stems: frozenset[str] = frozenset()
    is_asked = bool(question.strip())
    if is_asked:
        planned = await _plan(database, question, settings)
        if planned is None:
            return Found()
        plan, stems = planned
        parameters |= values_of(plan) | values_of(Weights.of(settings))
    rows = await database.fetch(QUERIES["find" if is_asked else "newest"], parameters)
    places = [(str(kind), str(key), int(score)) for kind, key, score, _ in rows]
    counts: dict[str, int] = rows[0][3] if rows else {}
    is_cut = is_asked and sum(counts.values()) >= settings.rows_weighed_max
    return Found(await _shown(database, places), _in_order(counts), places, stems, is_cut)


async def newest_there(
    database: Reader, governorate: str, rows: int
) -> list[tuple[Findable, int, Sequence[Hit]]]:
    """Of each kind the newest in a governorate, and how many there are."""
    found = await database.fetch(QUERIES["of_governorate"], {"governorate": governorate, "rows": rows})
    numbers = {kind: number for kind, _, number in found}
    hits = await _shown(database, [(kind, key, 0) for kind, key, _ in found])
    return [
        (findable, numbers.get(findable.kind, 0), [hit for hit in hits if hit.findable is findable])
        for findable in NOUNS.findables.values()
    ]


async def count_by_governorate(database: Reader) -> dict[str, dict[str, int]]:
    """How many of each kind there are in each."""
    counts: dict[str, dict[str, int]] = {}
    for governorate, kind, number in await database.fetch(QUERIES["by_governorate"]):
        counts.setdefault(governorate, {})[kind] = number
    return counts


async def _plan(
    database: Reader, question: str, settings: FindSettings
) -> tuple[Plan, frozenset[str]] | None:
    stems = stems_of(question, settings)
    if not stems:
        return None
    wanted = [form for one in stems for form in forms_of(one)]
    rows = await database.fetch(QUERIES["known"], {"stems": ["", *wanted]})
    known: dict[str, int] = dict(rows)
    total = max(known.pop("", 0), *known.values(), _ROWS_MIN)
    missing = [one for one in stems if not any(form in known for form in forms_of(one))]
    alike: dict[str, list[Known]] = {}
    if missing:
        resembling = await database.fetch(QUERIES["alike"], {"stems": missing, "rows": _ALIKE_MAX})
        for stem, word, number in resembling:
            alike.setdefault(stem, []).append(Known(word, number))
    asked = asked_of(stems, known, alike)
    plan = plan_for(asked, total, settings)
    return None if plan is None else (plan, frozenset(stem for one in asked for stem in one.stems))


async def _shown(database: Reader, places: Iterable[Place]) -> list[Hit]:
    """Those of them that are public now, in this order; one question a kind."""
    places = [place for place in places if place[0] in NOUNS.findables]
    by_kind: dict[str, list[str]] = {}
    for kind, key, _ in places:
        by_kind.setdefault(kind, []).append(key)
    things: dict[tuple[str, str], Thing] = {}
    for kind, keys in by_kind.items():
        findable = NOUNS.findables[kind]
        named = list(keys) if findable.is_named_by_code else [UUID(key) for key in keys]
        for row in await database.fetch(statement(findable, "some"), {"keys": named}, is_named=True):
            thing = _thing(row)
            things[kind, str(thing.key)] = thing
    return [
        Hit(NOUNS.findables[kind], things[kind, key], score)
        for kind, key, score in places
        if (kind, key) in things
    ]


def _thing(row: object) -> Thing:
    of = row._asdict()  # type: ignore[attr-defined]  # it was fetched with names
    return Thing(
        of["key"],
        Names(of["titles_ar"], of["titles_en"]),
        Names(of["texts_ar"], of["texts_en"]),
        tuple(of["codes"]),
        tuple(of["governorates"]),
        tuple(of["places"]),
        of["at"],
        of["path"],
    )


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind: counts[kind] for kind in NOUNS.findables if kind in counts}
