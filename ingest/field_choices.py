"""What a person says of the fields of a message, beside what was guessed, and what cannot be said so. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from citycore.registry.field_table import TEXTS_MAX
from citycore.registry.field_texts import (
    read_factor,
    read_labels,
    read_values,
    write_factor,
    write_labels,
    write_values,
)
from citycore.registry.rules import SENSOR_CODE
from citycore.units import conversion, is_unit, normalise_unit
from citycore.vocabulary import ObservedProperty
from ingest.field_guesses import POSITION_TEXTS, ROLES, FieldGuess, Role, keep_details

#: Roles that one field of a message has at most.
_SINGLE: Mapping[Role, Sequence[str]] = {
    "time": ("time",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    **dict.fromkeys(POSITION_TEXTS, ("longitude", "latitude")),
}
_CHOSEN = "chosen"
#: What may follow a meaning, each with what it holds.
_DETAIL = re.compile(r":(scale|missing|labels|model)=")


class FieldChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one field is to be. All but the first two count for the role ``property`` only.

    ``scale``, ``missing`` and ``labels`` are texts as a person writes them (:mod:`citycore.registry.field_texts`); without them the field
    keeps those that it had.
    """

    path: str
    role: Role
    observed_property: str | None = None
    unit: str | None = None
    sensor: str = ""
    is_counter: bool = False
    scale: str | None = None
    missing: str | None = None
    labels: str | None = None


@dataclass(frozen=True, slots=True)
class FieldFault:
    """Why a field cannot be what is said of it. ``detail`` is the other field, the unit or the code that it is about."""

    path: str
    reason: str
    detail: str = ""


def apply_choices(
    guesses: Sequence[FieldGuess],
    choices: Sequence[FieldChoice],
    known: Mapping[str, ObservedProperty],
) -> tuple[dict[str, FieldGuess], list[FieldFault]]:
    """The fields that are to be something else than was guessed, by their paths, and what stands against the whole.

    A choice that says what was guessed is none, so that what the guess or the table knows besides (scale, labels) stays.
    """
    guessed = {each.path: each for each in guesses}
    chosen: dict[str, FieldGuess] = {}
    faults: list[FieldFault] = []
    said: set[str] = set()
    for choice in choices:
        guess = guessed.get(choice.path)
        if guess is None:
            faults.append(FieldFault(choice.path, "not_in_message"))
        elif choice.path in said:
            faults.append(FieldFault(choice.path, "said_twice"))
        else:
            changed, unread = _detailed(_changed(guess, choice), guess, choice)
            faults += unread
            if changed != guess:
                chosen[choice.path] = changed
        said.add(choice.path)
    final = [chosen.get(each.path, each) for each in guesses]
    return chosen, [*faults, *_faults_of(final, known), *_clashes(final)]


def _changed(guess: FieldGuess, choice: FieldChoice) -> FieldGuess:
    if choice.role != "property":
        if choice.role == guess.role:
            return guess
        return FieldGuess(guess.path, guess.value, choice.role, reason=_CHOSEN)
    unit = normalise_unit(choice.unit) if choice.unit else None
    if guess.role == "property" and _means(guess) == (
        choice.observed_property,
        unit,
        choice.sensor,
        choice.is_counter,
    ):
        return guess
    chosen = FieldGuess(
        guess.path,
        guess.value,
        "property",
        choice.observed_property,
        unit,
        choice.sensor,
        is_counter=choice.is_counter,
        reason=_CHOSEN,
    )
    return keep_details(guess, chosen)


def _detailed(
    changed: FieldGuess, guess: FieldGuess, choice: FieldChoice
) -> tuple[FieldGuess, list[FieldFault]]:
    """The field with the factor, the values for none and the labels that are said, and which of them cannot be read.

    What is said as it was before says nothing, so that it stays or goes with the rest.
    """
    faults: list[FieldFault] = []
    if changed.role != "property":
        return changed, faults
    for name, before, said in (
        ("scale", write_factor(guess.scale), choice.scale),
        ("missing", write_values(guess.missing), choice.missing),
        ("labels", write_labels(guess.labels or {}), choice.labels),
    ):
        if said is None or said.strip() == before:
            continue
        try:
            changed = replace(changed, reason=_CHOSEN, **{name: _READERS[name](said)})
        except ValueError:
            faults.append(FieldFault(choice.path, f"{name}_unreadable", said))
    return changed, faults


def _values(text: str) -> tuple[Any, ...]:
    """Numbers and texts, as many as a table may have; :class:`ValueError`."""
    found = read_values(text)
    if len(found) > TEXTS_MAX or any(type(each) not in {int, float, str} for each in found):
        raise ValueError(text)
    return tuple(found)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "scale": read_factor,
    "missing": _values,
    "labels": lambda text: read_labels(text) or None,
    "model": lambda text: text.strip() or None,
}


def split_choice(said: str) -> tuple[str, str]:
    """``FIELD=MEANING`` as the field and what it is to be; the field is empty where there is none.

    A field may have ``=`` in its name, and so may the details of a meaning.
    """
    begin = _DETAIL.search(said)
    front, details = (said, "") if begin is None else (said[: begin.start()], said[begin.start() :])
    field, _, meaning = front.rpartition("=")
    return field, meaning + details


def read_choice(guess: FieldGuess, said: str) -> FieldGuess:
    """``thing``, ``time``, ``longitude``, ``latitude``, ``ignore``, ``unknown``, or ``PROPERTY[/SENSOR][:UNIT][:counter]`` and any of
    ``:scale=``, ``:missing=``, ``:labels=``, ``:model=`` behind it. Details without a property are of what the field is already.

    :class:`ValueError` for anything else; whether there is such a property and unit is asked where the table is saved.
    """
    path, value = guess.path, guess.value
    if said in ROLES and said != "property":
        return FieldGuess(path, value, said)
    front, *details = _DETAIL.split(said)
    if front or guess.role != "property":
        choice = keep_details(guess, _read_meaning(path, value, front))
    else:
        choice = replace(guess, reason="")
    named = list(zip(details[::2], details[1::2], strict=True))
    if not (front or named) or len(dict(named)) != len(named):
        raise ValueError(said)
    for name, text in named:
        choice = replace(choice, **{name: _READERS[name](text)})
    return choice


def _read_meaning(path: str, value: str, said: str) -> FieldGuess:
    """``PROPERTY[/SENSOR][:UNIT][:counter]``; :class:`ValueError`."""
    meaning, _, rest = said.partition(":")
    code, _, sensor = meaning.partition("/")
    parts = [part for part in rest.split(":") if part]
    is_counter = "counter" in parts
    units = [part for part in parts if part != "counter"]
    if not code or len(units) > 1:
        raise ValueError(said)
    return FieldGuess(
        path,
        value,
        "property",
        code,
        normalise_unit(units[0]) if units else None,
        sensor,
        is_counter=is_counter,
    )


def _means(guess: FieldGuess) -> tuple[str | None, str | None, str, bool]:
    unit = None if guess.unit is None else normalise_unit(guess.unit)
    return guess.observed_property, unit, guess.sensor, guess.is_counter


def _faults_of(fields: Sequence[FieldGuess], known: Mapping[str, ObservedProperty]) -> list[FieldFault]:
    """What each field by itself cannot be."""
    faults = []
    for each in fields:
        if each.role != "property":
            continue
        observed = known.get(each.observed_property or "")
        if observed is None:
            faults.append(FieldFault(each.path, "no_property", each.observed_property or ""))
            continue
        if each.unit is not None and not is_unit(each.unit):
            faults.append(FieldFault(each.path, "unit_unknown", each.unit))
        elif (
            each.unit is not None
            and observed.result_type == "measurement"
            and conversion(each.unit, observed.unit, observed.code) is None
        ):
            faults.append(FieldFault(each.path, "unit_of_other", observed.unit))
        if each.sensor and SENSOR_CODE.fullmatch(each.sensor) is None:
            faults.append(FieldFault(each.path, "sensor_wrong", each.sensor))
        if each.is_counter and not observed.is_amount:
            faults.append(FieldFault(each.path, "no_amount", observed.code))
    return faults


def _clashes(fields: Sequence[FieldGuess]) -> list[FieldFault]:
    """Fields of which two cannot be the same, and a position of which one half is missing."""
    faults, first = [], dict[tuple[str, str], str]()
    for each in fields:
        keys = [(role, "") for role in _SINGLE.get(each.role, ())]
        if each.role == "property" and each.observed_property:
            keys = [(each.observed_property, each.sensor)]
        others = [first[key] for key in keys if key in first]
        if others:
            reason = "role_twice" if each.role in _SINGLE else "same_datastream"
            faults.append(FieldFault(each.path, reason, others[0]))
        else:
            first |= dict.fromkeys(keys, each.path)
    for half, other in (("longitude", "latitude"), ("latitude", "longitude")):
        if (half, "") in first and (other, "") not in first:
            faults.append(FieldFault(first[half, ""], f"no_{other}"))
    return faults
