"""Which rules watch what: rules and the registry, ready for values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from citycore.alerts.document import rule_of
from citycore.alerts.model import Rule
from citycore.alerts.rules import Watch, watch
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.units import conversion, normalise_unit

QUERIES = load_queries("ingest.alerts")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule watches one of: a datastream, or an index of a thing. ``key`` is how the store calls it."""

    key: str
    thing_id: int
    thing: str
    names: Mapping[str, str]
    datastream_id: int | None
    unit: str | None
    #: Nothing is expected of a recording, so nothing of it is missing.
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Watched:
    """One rule at one subject."""

    watch: Watch
    subject: Subject
    #: Since when the rule is switched on: what never said anything is missing from then on.
    since: datetime

    @property
    def key(self) -> tuple[str, str]:
        return self.watch.rule.code, self.subject.key


@dataclass(slots=True)
class Watchlist:
    """All rules at all their subjects."""

    by_datastream: dict[int, list[Watched]] = field(default_factory=lambda: defaultdict(list))
    missing: list[Watched] = field(default_factory=list)
    by_forecast: dict[int, list[Watched]] = field(default_factory=lambda: defaultdict(list))
    by_anomaly: dict[int, list[Watched]] = field(default_factory=lambda: defaultdict(list))
    by_index: dict[tuple[str, int], list[Watched]] = field(default_factory=lambda: defaultdict(list))

    @property
    def datastreams(self) -> list[int]:
        return list(self.by_datastream)

    @property
    def known(self) -> set[tuple[str, str]]:
        kinds = (self.by_datastream, self.by_forecast, self.by_anomaly)
        some = (*(group for kind in kinds for group in kind.values()), *self.by_index.values())
        return {each.key for group in some for each in group}

    def add(self, watched: Watched) -> None:
        rule, subject = watched.watch.rule, watched.subject
        if rule.index is not None:
            self.by_index[rule.index, subject.thing_id].append(watched)
        elif subject.datastream_id is not None:
            kinds = {"forecast": self.by_forecast, "anomaly": self.by_anomaly}
            kinds.get(rule.kind, self.by_datastream)[subject.datastream_id].append(watched)
            if rule.kind == "missing":
                self.missing.append(watched)


def watchlist(connection: Connection) -> Watchlist:
    """Of the rules that are switched on."""
    rows = connection.execute(QUERIES["rules"]).fetchall()
    rules = [(rule_of(document), since) for _, document, since in rows]
    found = Watchlist()
    # Ten thousand rules of one datastream each do not look at every datastream.
    known: dict[tuple[str, object], list[tuple[Subject, str, str | None]]] = defaultdict(list)
    for code, subject, own_unit, place in _subjects(connection, [rule for rule, _ in rules]):
        for narrow in {None, subject.datastream_id, subject.thing}:
            known[code, narrow].append((subject, own_unit, place))
    for rule, since in rules:
        code = rule.observed_property or f"index:{rule.index}"
        for subject, own_unit, place in known[code, rule.datastream or rule.thing]:
            made = at_subject(rule, subject, own_unit, place)
            if made is not None:
                found.add(Watched(made, subject, since))
    return found


def subjects_of(connection: Connection, rule: Rule) -> list[tuple[Subject, Watch]]:
    """What one rule would watch, in the order of their numbers."""
    fitting = (
        (subject, at_subject(rule, subject, own_unit, place))
        for _, subject, own_unit, place in _subjects(connection, [rule])
    )
    return [(subject, made) for subject, made in fitting if made is not None]


def _subjects(
    connection: Connection, rules: Sequence[Rule]
) -> Iterable[tuple[str, Subject, str, str | None]]:
    """By what is watched: the subject, the unit of its property, and its place."""
    properties = sorted({rule.observed_property for rule in rules if rule.observed_property})
    parameters = {"properties": properties}
    for row in connection.execute(QUERIES["datastreams"], parameters).fetchall():
        number, code, unit, own_unit, thing_id, thing, name_en, name_ar, place, is_live = row
        names = {"en": name_en, "ar": name_ar}
        yield (
            code,
            Subject(f"datastream:{number}", thing_id, thing, names, number, unit, is_live),
            own_unit,
            place,
        )
    indices = sorted({rule.index for rule in rules if rule.index})
    if not indices:
        return
    for thing_id, thing, name_en, name_ar, place in connection.execute(QUERIES["things"]).fetchall():
        names = {"en": name_en, "ar": name_ar}
        for index in indices:
            key = f"index:{index}:{thing_id}"
            yield f"index:{index}", Subject(key, thing_id, thing, names, None, None), "1", place


def at_subject(rule: Rule, subject: Subject, own_unit: str, place: str | None) -> Watch | None:
    """None where the rule does not watch it, or its unit is of another quantity."""
    is_meant = (
        rule.place in {None, place}
        and rule.thing in {None, subject.thing}
        and rule.datastream in {None, subject.datastream_id}
    )
    if not is_meant or (rule.kind == "missing" and not subject.is_live):
        return None
    if subject.unit is None:
        return watch(rule)
    unit = own_unit if rule.unit is None else normalise_unit(rule.unit)
    into = conversion(unit, subject.unit, rule.observed_property)
    return None if into is None else watch(rule, into.factor, into.shift)
