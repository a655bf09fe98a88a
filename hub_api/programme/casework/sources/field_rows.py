"""The form in which somebody says what the fields of a message are: as it is read, and as it is shown. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from msgspec import structs

from citycore.registry.document import SourceEntry
from citycore.registry.field_table import TABLE_DECODER, TEXTS_MAX, TOPICS_MAX, presets
from citycore.registry.field_texts import write_factor, write_labels, write_values
from hub_api.programme.casework.sources.trial import timed
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form

#: Fields that a page asks of; of a larger message those that nobody has said anything of come first.
ROWS_MAX = 60
POSITIONS = ("longitude", "latitude", "latitude_longitude", "longitude_latitude")
ROLES = ("time", "thing", *POSITIONS, "ignore", "unknown")
#: Stands before the code of a property where a list offers roles too.
_PROPERTY = "property:"
#: In this order fields are shown where not all can be.
_URGENCY = {"unknown": 0, "ignore": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a message. ``meaning`` is a role, or the code of a property behind ``property:``.

    ``stored`` are the values that would come of it, ``fault`` is why it cannot be what is said, with what that is about.
    """

    path: str
    value: str
    meaning: str
    unit: str
    sensor: str
    is_counter: bool
    reason: str = ""
    near: Sequence[str] = ()
    stored: Sequence[Mapping[str, Any]] = ()
    fault: tuple[str, str] | None = None
    #: As texts: what a number is multiplied by, values that stand for none, labels; None where nothing is said of it.
    factor: str | None = None
    missing: str | None = None
    labels: str | None = None

    @property
    def code(self) -> str | None:
        """Of the property, None for a role."""
        return self.meaning.removeprefix(_PROPERTY) if self.meaning.startswith(_PROPERTY) else None


@dataclass(frozen=True, slots=True)
class Sketch:
    """What was sent: a message, a ready-made table, which levels of a topic say what, and what is said of fields.

    ``is_of_message`` says whether the fields are those of this very message: where something above them was changed, what is said
    of them counts no more.
    """

    topic: str
    payload: str
    preset: str
    topics: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    is_of_message: bool = False

    @property
    def mark(self) -> str:
        """Of everything above the fields."""
        said = json.dumps([self.topic, self.payload, self.preset, self.topics])
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def choices(self) -> list[dict[str, Any]]:
        """As ingest is asked."""
        return [_choice(row) for row in self.rows] if self.is_of_message else []

    def begin(self, entry: SourceEntry) -> SourceEntry:
        """The source with the table that it begins with: its own, or the ready-made one that was chosen instead."""
        before = dict(entry.codec or {}) if entry.decoder == TABLE_DECODER else {}
        if self.preset != before.get("preset", ""):
            polled = {"poll": before["poll"]} if "poll" in before else {}
            before = {**polled, **({"preset": self.preset} if self.preset else {})}
        return structs.replace(entry, decoder=TABLE_DECODER, codec=before or None)


def read_sketch(form: Form) -> Sketch:
    """:class:`FormUnreadable` without a message, and for what no page of ours sends."""
    payload, preset = form.text("payload"), form.text("preset")
    if not payload.strip() or (preset and preset not in presets()):
        raise FormUnreadable
    topics = tuple(line.strip() for line in form.text("topics").splitlines() if line.strip())
    if len(topics) > TOPICS_MAX:
        raise FormUnreadable
    rows, number = [], 0
    while f"field{number}" in form.fields and number < ROWS_MAX:
        rows.append(_row_of(form, number))
        number += 1
    sketch = Sketch(form.text("topic").strip(), payload, preset, topics, tuple(rows))
    return replace(sketch, is_of_message=form.text("mark") == sketch.mark)


def _row_of(form: Form, number: int) -> Row:
    return Row(
        form.text(f"field{number}"),
        "",
        form.text(f"is{number}"),
        form.text(f"unit{number}").strip(),
        form.text(f"sensor{number}").strip(),
        bool(form.text(f"counter{number}")),
        factor=_said(form, f"factor{number}"),
        missing=_said(form, f"missing{number}"),
        labels=_said(form, f"labels{number}"),
    )


def _said(form: Form, name: str) -> str | None:
    """What stands in an input, None of a form without it: then nothing was said, and what was known stays."""
    return form.text(name).strip() if name in form.fields else None


def _choice(row: Row) -> dict[str, Any]:
    """:class:`FormUnreadable` for a role that no list offers."""
    if row.code is None:
        if row.meaning not in ROLES:
            raise FormUnreadable
        return {"path": row.path, "role": row.meaning}
    return {
        "path": row.path,
        "role": "property",
        "observed_property": row.code[:TEXTS_MAX] or None,
        "unit": row.unit or None,
        "sensor": row.sensor,
        "is_counter": row.is_counter,
        "scale": row.factor,
        "missing": row.missing,
        "labels": row.labels,
    }


@dataclass(frozen=True, slots=True)
class Mapped:
    """What ingest makes of a sketch. ``unreadable`` says why the message has no fields; with ``faults`` there is no source.

    ``left_out`` counts the fields that the page does not ask of; they stay what they are.
    """

    sketch: Sketch
    rows: Sequence[Row] = ()
    left_out: int = 0
    unreadable: tuple[str, str] | None = None
    #: Fields without a row that cannot be what they are said to be.
    faults: Sequence[tuple[str, str, str]] = ()
    source: Mapping[str, Any] | None = None
    outcome: Mapping[str, Any] | None = None

    @property
    def has_faults(self) -> bool:
        return bool(self.faults) or any(row.fault for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether it can be kept as it is."""
        return self.source is not None and self.sketch.is_of_message


def mapped_of(sketch: Sketch, answer: Mapping[str, Any]) -> Mapped:
    """The answer of ingest as a page shows it."""
    if "unreadable" in answer:
        said = answer["unreadable"]
        return Mapped(sketch, unreadable=(said["reason"], said["detail"]))
    outcome = answer.get("outcome")
    faults = {each["path"]: (each["reason"], each["detail"]) for each in reversed(answer.get("faults", ()))}
    stored, source = _stored_of(outcome), answer.get("source")
    if source is not None:
        # Levels that were guessed count as said from now on; those that say nothing are gone.
        topics = tuple((source["codec"] or {}).get("topics", ()))
        sketch = replace(sketch, topics=topics)
    fields = _most_urgent(answer["fields"], faults)
    typed = {row.path: row for row in sketch.rows} if faults else {}
    rows = [_as_typed(_shown(each, stored, faults.get(each["path"])), typed) for each in fields]
    shown = {row.path for row in rows}
    return Mapped(
        sketch,
        rows,
        len(answer["fields"]) - len(rows),
        faults=[(path, *fault) for path, fault in faults.items() if path not in shown],
        source=source,
        outcome=None if outcome is None else timed(outcome),
    )


def _most_urgent(
    fields: Sequence[Mapping[str, Any]], faults: Mapping[str, object]
) -> list[Mapping[str, Any]]:
    """All of them, or those of which somebody should say something, in the order of the message."""
    order = sorted(
        range(len(fields)),
        key=lambda n: (fields[n]["path"] not in faults, _URGENCY.get(fields[n]["role"], 1), n),
    )
    return [fields[number] for number in sorted(order[:ROWS_MAX])]


def _stored_of(outcome: Mapping[str, Any] | None) -> dict[str, list[Mapping[str, Any]]]:
    """The values that would be stored, by the name of their datastream."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for value in () if outcome is None else outcome["values"]:
        found.setdefault(value["datastream"], []).append(value)
    return found


def _as_typed(row: Row, typed: Mapping[str, Row]) -> Row:
    """A row with a fault, its texts as somebody wrote them."""
    if row.fault is None or row.path not in typed:
        return row
    said = typed[row.path]
    return replace(row, factor=said.factor, missing=said.missing, labels=said.labels)


def _shown(
    guess: Mapping[str, Any],
    stored: Mapping[str, Sequence[Mapping[str, Any]]],
    fault: tuple[str, str] | None,
) -> Row:
    code, role = guess["observed_property"], guess["role"]
    name = "location" if role in POSITIONS else f"{code}/{guess['sensor']}".rstrip("/")
    return Row(
        guess["path"],
        guess["value"],
        f"{_PROPERTY}{code or ''}" if role == "property" else role,
        guess["unit"] or "",
        guess["sensor"],
        guess["is_counter"],
        guess["reason"].replace(" ", "_"),
        guess["near"],
        stored.get(name, ()),
        fault,
        write_factor(guess["scale"]),
        write_values(guess["missing"]),
        write_labels(guess["labels"] or {}),
    )
