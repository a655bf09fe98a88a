"""What a person says of the fields of a message, beside what was guessed, and what cannot be said so. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from citycore.registry.rules import SENSOR_CODE
from citycore.units import conversion, is_unit, normalise_unit
from citycore.vocabulary import ObservedProperty
from ingest.field_guesses import FieldGuess, Role

#: Roles that one field of a message has at most.
_SINGLE: frozenset[Role] = frozenset({"time", "longitude", "latitude"})
_CHOSEN = "chosen"


class FieldChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one field is to be. ``observed_property``, ``unit``, ``sensor`` and ``is_counter`` count for the role ``property`` only."""

    path: str
    role: Role
    observed_property: str | None = None
    unit: str | None = None
    sensor: str = ""
    is_counter: bool = False


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
        elif (changed := _changed(guess, choice)) != guess:
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
    is_same = (guess.observed_property, guess.unit) == (choice.observed_property, unit)
    return FieldGuess(
        guess.path,
        guess.value,
        "property",
        choice.observed_property,
        unit,
        choice.sensor,
        guess.scale if is_same else 1,
        choice.is_counter,
        guess.labels if is_same else None,
        _CHOSEN,
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
        key: tuple[str, str]
        if each.role in _SINGLE:
            key = (each.role, "")
        elif each.role == "property" and each.observed_property:
            key = (each.observed_property, each.sensor)
        else:
            continue
        if (other := first.get(key)) is not None:
            faults.append(
                FieldFault(each.path, "role_twice" if each.role in _SINGLE else "same_datastream", other)
            )
        else:
            first[key] = each.path
    for half, other in (("longitude", "latitude"), ("latitude", "longitude")):
        if (half, "") in first and (other, "") not in first:
            faults.append(FieldFault(first[half, ""], f"no_{other}"))
    return faults
