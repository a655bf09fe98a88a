"""Whether a document can be true: codes, references, units, zones. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from citycore.normalisation import turns_letters
from citycore.places import is_outline
from citycore.quality import read_tests
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.errors import DocumentInvalid
from citycore.registry.field_table import TABLE_DECODER, Field, TableFault, compiled
from citycore.topics import CODE, is_filter
from citycore.units import conversion, normalise_unit
from citycore.vocabulary import ObservedProperty, nearest

#: As devices name their chips and channels: ``bme280``, ``switch:0``.
SENSOR_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}")
PROPERTY_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
THINGS_MAX = 100_000
MAPPING_MAX = 1_000
FILTERS_MAX = 20
DEVICE_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What there is, with what a document adds; ``decoders`` where that is known."""

    properties: Mapping[str, ObservedProperty]
    sectors: Collection[str]
    sensors: Collection[str]
    places: Collection[str]
    decoders: Collection[str] | None = None


def check_document(document: Document, known: Known) -> None:
    """:class:`DocumentInvalid` for the first thing that cannot be."""
    for fault in faults(document, known):
        raise fault


def faults(document: Document, known: Known) -> Iterator[DocumentInvalid]:
    """Everything that cannot be, in the order of the document."""
    for kind, entries, pattern in (
        ("sectors", document.sectors, PROPERTY_CODE),
        ("observed_properties", document.observed_properties, PROPERTY_CODE),
        ("places", document.places, CODE),
        ("sensors", document.sensors, SENSOR_CODE),
        ("sources", document.sources, CODE),
    ):
        yield from _check_codes(kind, [entry.code for entry in entries], pattern)
        yield from _check_names(kind, entries)
    for number, entry in enumerate(document.observed_properties):
        where = f"observed_properties[{number}]"
        if entry.sector not in known.sectors:
            there = ", ".join(sorted(known.sectors))
            yield _wrong(f"{where}.sector", f"there is no sector {entry.sector!r}: {there}")
        yield from _check_unit(f"{where}.unit", entry.unit, entry.unit)
        yield from _check_tests(f"{where}.quality_tests", entry.quality_tests)
        for lower, upper in (
            (entry.lower_bound, entry.upper_bound),
            (entry.lowest_possible, entry.highest_possible),
        ):
            if lower is not None and upper is not None and lower >= upper:
                yield _wrong(where, f"the lower bound {lower:g} does not lie below the upper bound {upper:g}")
    for number, place in enumerate(document.places):
        yield from _check_zone(f"places[{number}].zone", place.zone)
        if place.parent_code is not None and place.parent_code not in known.places:
            yield _wrong(f"places[{number}].parent_code", f"there is no place {place.parent_code!r}")
        if place.geometry is not None and not is_outline(place.geometry):
            yield _wrong(f"places[{number}].geometry", "a GeoJSON Polygon or MultiPolygon in WGS 84")
    for number, source in enumerate(document.sources):
        yield from _check_source(f"sources[{number}]", source, known)


def _check_source(where: str, source: SourceEntry, known: Known) -> Iterator[DocumentInvalid]:
    if known.decoders is not None and source.decoder not in known.decoders:
        yield _wrong(
            f"{where}.decoder", f"there is no format {source.decoder!r}: {', '.join(known.decoders)}"
        )
    yield from _check_zone(f"{where}.zone", source.zone)
    if len(source.topic_filters) > FILTERS_MAX or len(source.mapping) > MAPPING_MAX:
        yield _wrong(where, f"at most {FILTERS_MAX} topic filters and {MAPPING_MAX} names in a mapping")
    for number, text in enumerate(source.topic_filters):
        if not is_filter(text):
            yield _wrong(
                f"{where}.topic_filters[{number}]", f"{text!r} is not an MQTT topic filter without $"
            )
    for name, meaning in source.mapping.items():
        if meaning is not None:
            yield from _check_datastream(
                f"{where}.mapping.{name}",
                DatastreamEntry(
                    observed_property=meaning.observed_property, sensor=meaning.sensor, unit=meaning.unit
                ),
                known,
            )
    if source.decoder == TABLE_DECODER and source.codec is not None:
        yield from _check_table(f"{where}.codec", source.codec, known)
    if len(source.things) > THINGS_MAX:
        yield _wrong(f"{where}.things", f"at most {THINGS_MAX} at once")
    yield from _check_codes(f"{where}.things", [thing.code for thing in source.things], CODE)
    yield from _check_names(f"{where}.things", source.things)
    for number, thing in enumerate(source.things):
        yield from _check_thing(f"{where}.things[{number}]", thing, known)


def _check_table(where: str, codec: Mapping[str, Any], known: Known) -> Iterator[DocumentInvalid]:
    """What no table of fields may say; of its own fields also whether the vocabulary has what they mean."""
    try:
        table = compiled(codec)
    except TableFault as fault:
        yield _wrong(where, str(fault))
        return
    patterns = [(pattern.pattern, field) for pattern, field in table.patterns]
    for path, field in (*table.fields.items(), *patterns):
        if field is not None:
            yield from _check_field(f"{where}.fields.{path}", field, known)


def _check_field(where: str, field: Field, known: Known) -> Iterator[DocumentInvalid]:
    observed = known.properties.get(field.observed_property)
    if observed is None:
        likely = nearest(field.observed_property, known.properties)
        hint = f"; did you mean {', '.join(likely)}?" if likely else ""
        yield _wrong(f"{where}.property", f"there is no observed property {field.observed_property!r}{hint}")
        return
    if field.sensor and SENSOR_CODE.fullmatch(field.sensor.replace("*", "x")) is None:
        yield _wrong(f"{where}.sensor", f"{field.sensor!r} is not a code of the form {SENSOR_CODE.pattern}")
    if field.unit is not None and observed.result_type == "measurement":
        yield from _check_unit(f"{where}.unit", field.unit, observed.unit, observed.code)
    if field.is_counter and not observed.is_amount:
        yield _wrong(f"{where}.counter", f"{observed.code} is no amount of a time")


def _check_thing(where: str, thing: ThingEntry, known: Known) -> Iterator[DocumentInvalid]:
    if (thing.longitude is None) != (thing.latitude is None):
        yield _wrong(where, "longitude and latitude: both or none")
    if thing.longitude is not None and not -180 <= thing.longitude <= 180:
        yield _wrong(f"{where}.longitude", "between -180 and 180 degrees")
    if thing.latitude is not None and not -90 <= thing.latitude <= 90:
        yield _wrong(f"{where}.latitude", "between -90 and 90 degrees")
    if thing.since is not None and thing.since.tzinfo is None:
        yield _wrong(f"{where}.since", "the time has no offset; write 2026-11-24T21:40:00Z or …+04:00")
    if thing.device is not None and not 0 < len(thing.device) <= DEVICE_CHARACTERS_MAX:
        yield _wrong(f"{where}.device", f"1 to {DEVICE_CHARACTERS_MAX} characters")
    for number, datastream in enumerate(thing.datastreams):
        yield from _check_datastream(f"{where}.datastreams[{number}]", datastream, known)


def _check_datastream(where: str, datastream: DatastreamEntry, known: Known) -> Iterator[DocumentInvalid]:
    observed = known.properties.get(datastream.observed_property)
    if observed is None:
        likely = nearest(datastream.observed_property, known.properties)
        hint = f"; did you mean {', '.join(likely)}?" if likely else ""
        yield _wrong(
            f"{where}.observed_property",
            f"there is no observed property {datastream.observed_property!r}{hint} Add one under observed_properties.",
        )
        return
    if datastream.sensor is not None and datastream.sensor not in known.sensors:
        yield _wrong(f"{where}.sensor", f"there is no sensor {datastream.sensor!r}; add it under sensors")
    yield from _check_tests(f"{where}.quality_tests", datastream.quality_tests)
    if datastream.interval_seconds is not None and datastream.interval_seconds <= 0:
        yield _wrong(f"{where}.interval_seconds", "a whole number above 0")
    if datastream.unit is not None and observed.result_type == "measurement":
        yield from _check_unit(f"{where}.unit", datastream.unit, observed.unit, observed.code)


def _check_names(where: str, entries: Sequence[object]) -> Iterator[DocumentInvalid]:
    """What stands in one line among the words of others."""
    for number, entry in enumerate(entries):
        for name in ("name_en", "name_ar"):
            if turns_letters(getattr(entry, name) or ""):
                yield _wrong(
                    f"{where}[{number}].{name}",
                    "it holds control characters or marks that turn letters around",
                )


def _check_zone(where: str, zone: str | None) -> Iterator[DocumentInvalid]:
    if zone is not None and zone not in available_timezones():
        yield _wrong(where, f"{zone!r} is no zone of the IANA database, as Asia/Muscat is")


def _check_tests(where: str, declared: Mapping[str, Any]) -> Iterator[DocumentInvalid]:
    try:
        read_tests(declared)
    except ValueError as error:
        yield _wrong(where, str(error))


def _check_unit(
    where: str, text: str, wanted: str, substance: str | None = None
) -> Iterator[DocumentInvalid]:
    unit = normalise_unit(text)
    if conversion(unit, normalise_unit(wanted), substance) is None:
        yield _wrong(where, f"{text!r} is no unit of the same quantity as {wanted}")


def _check_codes(where: str, codes: Sequence[str], pattern: re.Pattern[str]) -> Iterator[DocumentInvalid]:
    last = {code: number for number, code in enumerate(codes)}
    for code, count in Counter(codes).items():
        place = f"{where}[{last[code]}].code"
        if count > 1:
            yield _wrong(place, f"{code!r} stands there {count} times")
        if pattern.fullmatch(code) is None:
            yield _wrong(place, f"{code!r} is not a code of the form {pattern.pattern}")


def _wrong(where: str, reason: str) -> DocumentInvalid:
    return DocumentInvalid(where=where, reason=reason)
