"""Rules as they are written: TOML with ``[[rules]]``, and what can be wrong with them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import msgspec

from citycore.alerts.errors import AlertRuleInvalid
from citycore.alerts.model import Rule
from citycore.units import conversion, normalise_unit
from citycore.vocabulary import ObservedProperty

#: What a kind needs, and what else it may have of these.
_NEEDED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "threshold": (frozenset(), frozenset({"above", "below"})),
    "rate": (frozenset(), frozenset({"above", "below"})),
    "band": (frozenset({"low", "high"}), frozenset()),
    "missing": (frozenset({"missing_seconds"}), frozenset()),
    "forecast": (frozenset({"probability"}), frozenset({"above", "below"})),
    "anomaly": (frozenset({"above"}), frozenset()),
}
#: What a kind cannot have besides.
_NOT_OF: Mapping[str, frozenset[str]] = {
    "missing": frozenset({"hysteresis"}),
    "forecast": frozenset({"hysteresis"}),
    "anomaly": frozenset({"hysteresis", "unit", "duration_seconds", "clear_seconds"}),
}
_BOUNDS = ("above", "below", "low", "high", "missing_seconds", "probability")


class RulesDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rules: list[Rule]


def read_rules(text: str) -> list[Rule]:
    """The rules of a text; :class:`AlertRuleInvalid` for the first thing that cannot be."""
    try:
        rules = msgspec.convert(tomllib.loads(text), RulesDocument).rules
    except tomllib.TOMLDecodeError as error:
        raise AlertRuleInvalid(where="-", reason=f"this is no TOML: {error}") from error
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at ")
        raise AlertRuleInvalid(where=where.rpartition("$")[2].strip("`.") or "-", reason=reason) from error
    for number, rule in enumerate(rules):
        for where, fault in faults(rule):
            raise AlertRuleInvalid(where=f"rules[{number}]{where}", reason=fault)
    codes = [rule.code for rule in rules]
    if len(set(codes)) < len(codes):
        raise AlertRuleInvalid(where="rules", reason="same_code")
    return rules


def checked_rule(rule: Rule) -> Rule:
    """A rule that was put together field by field; :class:`AlertRuleInvalid` names the first field that cannot be, "" for several."""
    try:
        checked = msgspec.convert(plain(rule), Rule)
    except msgspec.ValidationError as error:
        where = str(error).rpartition("$.")[2].strip("`")
        raise AlertRuleInvalid(where=where, reason="out_of_form") from error
    for where, fault in faults(checked):
        raise AlertRuleInvalid(where=where.removeprefix("."), reason=fault)
    return checked


def faults(rule: Rule) -> Iterator[tuple[str, str]]:
    """Where a rule cannot be, and the code of the fault, whose words are ``fault.<code>``."""
    if (rule.observed_property is None) == (rule.index is None):
        yield "", "either_watched"
    if rule.index is not None and (
        rule.kind not in {"threshold", "band"} or rule.datastream is not None or rule.unit is not None
    ):
        yield ".index", "index_only"
    yield from _faults_of_bounds(rule)


def _faults_of_bounds(rule: Rule) -> Iterator[tuple[str, str]]:
    needed, either = _NEEDED[rule.kind]
    bounds = {name: value for name in _BOUNDS if (value := getattr(rule, name)) is not None}
    for name in sorted(needed - bounds.keys()):
        yield f".{name}", "needed"
    for name in sorted(bounds.keys() - needed - either):
        yield f".{name}", "not_of_kind"
    if either and len(bounds.keys() & either) != 1:
        yield "", "either_bound"
    if not all(math.isfinite(value) for value in [*bounds.values(), rule.hysteresis]):
        yield "", "finite"
    if (
        rule.kind == "band"
        and needed <= bounds.keys()
        and bounds["high"] - bounds["low"] < 2 * rule.hysteresis
    ):
        yield ".hysteresis", "no_room"
    for name in sorted(_NOT_OF.get(rule.kind, ())):
        if getattr(rule, name):
            yield f".{name}", "not_of_kind"
    if rule.kind == "anomaly" and rule.above is not None and rule.above < 1:
        yield ".above", "inside_the_band"


def check_property(rule: Rule, known: Mapping[str, ObservedProperty]) -> None:
    """:class:`AlertRuleInvalid` for a property that this hub does not know, or a unit of another quantity."""
    if rule.observed_property is None:
        return
    found = known.get(rule.observed_property)
    if found is None or found.result_type != "measurement":
        raise AlertRuleInvalid(where=f"{rule.code}.observed_property", reason="no_property")
    unit = found.unit if rule.unit is None else normalise_unit(rule.unit)
    if conversion(unit, found.unit, found.code) is None:
        raise AlertRuleInvalid(where=f"{rule.code}.unit", reason="other_quantity")


def plain(rule: Rule) -> dict[str, Any]:
    """As it is kept: JSON."""
    made: dict[str, Any] = msgspec.to_builtins(rule)
    return made


def rule_of(document: Mapping[str, Any]) -> Rule:
    """As it was kept."""
    return msgspec.convert(document, Rule)


def example_rules() -> str:
    """Rules to begin with, as a document."""
    return (files("citycore") / "alerts" / "examples.toml").read_text("utf-8")
