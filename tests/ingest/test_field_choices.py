"""What people say of fields: what was guessed stays, what contradicts itself is named with its field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from citycore.registry.document import SourceEntry
from citycore.registry.field_table import compiled
from citycore.vocabulary import observed_properties
from ingest.field_choices import FieldChoice, apply_choices
from ingest.field_guesses import NEAR_FIELDS_MAX, guess_fields
from ingest.field_mapping import MappedMessage, map_message
from ingest.model import Received
from ingest.settings import IngestSettings

KNOWN = observed_properties()
SENT = {
    "id": "roof",
    "ts": 1_777_608_000,
    "temp": 21.5,
    "p": 10_132,
    "rain": 3,
    "lon": 58.5,
    "lat": 23.6,
    "x": 7,
}


def asked(choices: dict[str, Any], codec: dict[str, Any] | None = None) -> MappedMessage:
    entry = SourceEntry(code="home", name_en="Home", name_ar="البيت", decoder="json_fields", codec=codec)
    received = Received("falaj/v1/home", json.dumps(SENT).encode(), 1_777_608_030_000_000, False, (0, 0))
    return map_message(entry, received, KNOWN, IngestSettings(), choices)


def said(path: str, role: Any = "property", code: str | None = None, **more: Any) -> FieldChoice:
    return FieldChoice(path, role, code, **more)


def test_what_is_said_as_it_was_guessed_changes_nothing() -> None:
    guesses = asked({}).fields
    same = [
        said(each.path, each.role, each.observed_property, unit=each.unit, sensor=each.sensor)
        for each in guesses
    ]
    assert apply_choices(guesses, same, KNOWN) == ({}, [])


def test_another_meaning_counts_and_keeps_what_the_guess_knows_only_with_its_unit() -> None:
    guesses = asked({}).fields
    chosen, faults = apply_choices(
        guesses,
        [said("x", code="distance", unit="cm"), said("p", code="air_pressure", unit="hPa", sensor="bmp")],
        KNOWN,
    )
    assert not faults
    table = compiled(asked(dict(chosen)).source.codec or {})
    found = table.find("x")
    assert found is not None
    assert found[0] is not None
    assert (found[0].observed_property, found[0].unit, found[0].scale) == ("distance", "cm", 1)


#: What a table knows of a field besides its property and unit.
KEPT = {
    "missing": [-127, 85, "n/a"],
    "scale": 0.1,
    "labels": {"7": "seven"},
    "model": "DS18B20",
    "counter": True,
}


@pytest.mark.parametrize(
    ("choice", "lost"),
    [
        (said("x", code="rainfall", unit="cm", is_counter=True), set[str]()),
        (said("x", code="rainfall", unit="mm", sensor="roof", is_counter=True), set[str]()),
        (said("x", code="rainfall", unit="mm"), {"counter"}),
        (said("x", code="distance", unit="mm"), {"counter", "scale", "labels"}),
        (
            said(
                "x",
                code="rainfall",
                unit="cm",
                is_counter=True,
                scale="0.1",
                missing="-127, 85, n/a",
                labels="7=seven",
            ),
            set[str](),
        ),
        (
            said("x", code="rainfall", unit="mm", is_counter=True, scale="", missing="", labels=""),
            {"scale", "missing", "labels"},
        ),
    ],
)
def test_a_row_that_is_changed_loses_nothing_that_was_not_changed(
    choice: FieldChoice, lost: set[str]
) -> None:
    before = {"fields": {"x": {"property": "rainfall", "unit": "mm", **KEPT}}}
    guesses = asked({}, before).fields
    chosen, faults = apply_choices(guesses, [choice], KNOWN)
    assert not faults
    made = (asked(dict(chosen), before).source.codec or {})["fields"]["x"]
    assert {name: made.get(name) for name in KEPT} == {
        name: None if name in lost else value for name, value in KEPT.items()
    }


def test_a_choice_of_the_command_line_loses_nothing_either() -> None:
    before = {"fields": {"x": {"property": "rainfall", "unit": "mm", **KEPT}}}
    made = (asked({"x": "rainfall/roof:cm:counter"}, before).source.codec or {})["fields"]["x"]
    assert made == {"property": "rainfall", "unit": "cm", "sensor": "roof", **KEPT}


def test_factor_values_for_none_and_labels_are_said() -> None:
    choice = said("x", code="contact", scale="0.5", missing="-1, n/a", labels="7=open, 8=closed")
    chosen, faults = apply_choices(asked({}).fields, [choice], KNOWN)
    assert not faults
    assert (asked(dict(chosen)).source.codec or {})["fields"]["x"] == {
        "property": "contact",
        "scale": 0.5,
        "missing": [-1, "n/a"],
        "labels": {"7": "open", "8": "closed"},
    }


#: What is said, and of which fields it is refused and why.
REFUSED: list[tuple[list[FieldChoice], list[tuple[str, str]]]] = [
    ([said("nowhere", "ignore")], [("nowhere", "not_in_message")]),
    ([said("x", "ignore"), said("x", "ignore")], [("x", "said_twice")]),
    ([said("x", code="no_such")], [("x", "no_property")]),
    ([said("x", code=None)], [("x", "no_property")]),
    ([said("x", code="distance", unit="furlongs per dream")], [("x", "unit_unknown")]),
    ([said("x", code="distance", unit="kg")], [("x", "unit_of_other")]),
    ([said("x", code="distance", sensor="no sensor!")], [("x", "sensor_wrong")]),
    ([said("x", code="distance", is_counter=True)], [("x", "no_amount")]),
    ([said("x", code="distance", scale="zero")], [("x", "scale_unreadable")]),
    ([said("x", code="distance", scale="0")], [("x", "scale_unreadable")]),
    ([said("x", code="distance", scale="nan")], [("x", "scale_unreadable")]),
    ([said("x", code="distance", missing="true")], [("x", "missing_unreadable")]),
    ([said("x", code="distance", missing=", ".join(map(str, range(101))))], [("x", "missing_unreadable")]),
    ([said("x", code="contact", labels="closed")], [("x", "labels_unreadable")]),
    ([said("x", code="contact", labels="0=closed, 0=open")], [("x", "labels_unreadable")]),
    ([said("x", "time")], [("x", "role_twice")]),
    ([said("x", code="air_temperature")], [("x", "same_datastream")]),
    ([said("x", "latitude_longitude")], [("x", "role_twice")]),
    ([said("lat", "ignore")], [("lon", "no_latitude")]),
    ([said("lon", "ignore")], [("lat", "no_longitude")]),
]


@pytest.mark.parametrize(("choices", "faults"), REFUSED)
def test_what_cannot_be_is_named_with_its_field(
    choices: list[FieldChoice], faults: list[tuple[str, str]]
) -> None:
    _, found = apply_choices(asked({}).fields, choices, KNOWN)
    assert [(each.path, each.reason) for each in found] == faults


@pytest.mark.parametrize(
    ("choices", "codec"),
    [
        ([said("ts", "ignore")], {"time": None, "thing": "id", "position": ["lon", "lat"]}),
        ([said("id", "ignore")], {"time": "ts", "thing": [], "position": ["lon", "lat"]}),
        ([said("lon", "ignore"), said("lat", "ignore")], {"time": "ts", "thing": "id", "position": []}),
        ([said("x", "thing")], {"time": "ts", "thing": ["id", "x"], "position": ["lon", "lat"]}),
        ([said("ts", "ignore"), said("x", "time")], {"time": "x", "thing": "id", "position": ["lon", "lat"]}),
    ],
)
def test_a_field_of_a_table_that_is_there_takes_another_role(
    choices: list[FieldChoice], codec: dict[str, Any]
) -> None:
    before = {"time": "ts", "thing": "id", "position": ["lon", "lat"], "fields": {"x": None}}
    guesses = asked({}, before).fields
    chosen, faults = apply_choices(guesses, choices, KNOWN)
    assert not faults
    made = asked(dict(chosen), before).source.codec or {}
    assert {name: made.get(name) for name in codec} == codec
    compiled(made)


def test_a_guess_does_not_contradict_a_field_that_the_message_lacks() -> None:
    before = {"fields": {"t2": {"property": "air_temperature", "unit": "Cel"}}}
    fields = {each.path: each for each in asked({}, before).fields}
    assert (fields["temp"].observed_property, fields["temp"].sensor) == ("air_temperature", "temp")


def test_of_a_large_message_the_nearest_properties_are_looked_for_in_few_fields_only() -> None:
    guesses = guess_fields({f"gizmo{number}q": number for number in range(500)}, KNOWN)
    assert [each.role for each in guesses] == ["unknown"] * 500
    assert sum(bool(each.near) for each in guesses) <= NEAR_FIELDS_MAX
