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
        for where, reason in faults(rule):
            raise AlertRuleInvalid(where=f"rules[{number}]{where}", reason=reason)
    codes = [rule.code for rule in rules]
    if len(set(codes)) < len(codes):
        raise AlertRuleInvalid(where="rules", reason="two rules have the same code")
    return rules


def faults(rule: Rule) -> Iterator[tuple[str, str]]:
    """Where a rule cannot be, and why."""
    if (rule.observed_property is None) == (rule.index is None):
        yield "", "either observed_property or index is watched"
    if rule.index is not None and (
        rule.kind not in {"threshold", "band"} or rule.datastream is not None or rule.unit is not None
    ):
        yield ".index", "an index has a threshold or a band, of things, and no unit"
    yield from _faults_of_bounds(rule)


def _faults_of_bounds(rule: Rule) -> Iterator[tuple[str, str]]:
    needed, either = _NEEDED[rule.kind]
    bounds = {name: value for name in _BOUNDS if (value := getattr(rule, name)) is not None}
    for name in sorted(needed - bounds.keys()):
        yield f".{name}", f"a rule of the kind {rule.kind} needs it"
    for name in sorted(bounds.keys() - needed - either):
        yield f".{name}", f"a rule of the kind {rule.kind} has none"
    if either and len(bounds.keys() & either) != 1:
        yield "", f"a rule of the kind {rule.kind} has either above or below"
    if not all(math.isfinite(value) for value in [*bounds.values(), rule.hysteresis]):
        yield "", "bounds are finite numbers"
    if (
        rule.kind == "band"
        and needed <= bounds.keys()
        and bounds["high"] - bounds["low"] < 2 * rule.hysteresis
    ):
        yield ".hysteresis", "the band has no room for it on both sides"
    if rule.kind in {"missing", "forecast"} and rule.hysteresis:
        yield ".hysteresis", f"a rule of the kind {rule.kind} has none"


def check_property(rule: Rule, known: Mapping[str, ObservedProperty]) -> None:
    """:class:`AlertRuleInvalid` for a property that this hub does not know, or a unit of another quantity."""
    if rule.observed_property is None:
        return
    found = known.get(rule.observed_property)
    if found is None or found.result_type != "measurement":
        reason = f"there is no measured property {rule.observed_property!r} (falaj properties list)"
        raise AlertRuleInvalid(where=f"{rule.code}.observed_property", reason=reason)
    unit = found.unit if rule.unit is None else normalise_unit(rule.unit)
    if conversion(unit, found.unit, found.code) is None:
        reason = f"{rule.unit} is of another quantity than {found.unit}"
        raise AlertRuleInvalid(where=f"{rule.code}.unit", reason=reason)


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
