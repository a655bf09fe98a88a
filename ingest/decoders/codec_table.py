"""The codec table (``docs/codecs.md``): how raw bytes are read, as data. Pure.

:func:`check_codec` says what is wrong with a table, for whoever declares a source; :func:`compiled` gives what
:mod:`ingest.decoders.raw_bytes` reads bytes with.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from ingest.decoders.codec_formula import Formula, FormulaFault
from ingest.decoders.codec_model import Codec, CodecFault, Entry, Field, Layout, Problem

PORTS_MAX = 50
FIELDS_MAX = 500
ENTRIES_MAX = 300
LABELS_MAX = 100
NAME_CHARACTERS_MAX = 100
TEXT_BYTES_MAX = 500

_BUILT_IN = Path(__file__).parent / "codecs"
_CODE = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)
_TYPE = re.compile(r"([ui])(8|16|24|32|40|48|56|64)|(f)(16|32|64)|(text|hex)", re.ASCII)
_ORDERS = ("big", "little")
_LAYOUTS = ("fixed", "tlv", "flags", "ignore")
_ENCODINGS = ("raw", "hex", "base64")
_UNKNOWN = ("refuse", "skip", "stop")
_PARTS = ("type", "channel", "length")
_READING_KEYS = {"name", "type", "at", "length", "byte_order", "bits", "bcd", "negative_if_bit", "optional"}
_MEANING_KEYS = {"scale", "offset", "formula", "unit", "missing", "labels", "skip", "equals"}
_FIELD_KEYS = _READING_KEYS | _MEANING_KEYS
_LAYOUT_KEYS = {
    "fixed": {"fields", "length"},
    "tlv": {"head", "match", "sensor", "entries", "unknown", "start", "fields"},
    "flags": {"flags", "start", "blocks", "fields"},
    "ignore": set(),
}
_EVERYWHERE = {"layout", "byte_order", "title", "documents"}


def check_codec(codec: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the table, in its order; empty where nothing is."""
    return _Reader().read(codec)[1]


@cache
def built_in_codecs() -> tuple[str, ...]:
    """The codecs that ship with the hub, by name."""
    return tuple(sorted(file.stem for file in _BUILT_IN.glob("*.toml")))


_COMPILED_MAX = 200
_compiled: dict[int, tuple[Mapping[str, Any], Codec | CodecFault]] = {}


def compiled(codec: Mapping[str, Any]) -> Codec:
    """The table, ready for use; :class:`CodecFault` otherwise. One object is read once, so it must not change."""
    if codec.keys() == {"builtin"} and codec["builtin"] in built_in_codecs():
        codec = _built_in(codec["builtin"])
    kept = _compiled.get(id(codec))
    if kept is None or kept[0] is not codec:
        if len(_compiled) >= _COMPILED_MAX:
            _compiled.clear()
        read, problems = _Reader().read(codec)
        outcome = read or CodecFault(str(problems[0]))
        kept = _compiled[id(codec)] = (codec, outcome)
    if isinstance(kept[1], CodecFault):
        raise CodecFault(str(kept[1]))
    return kept[1]


@cache
def _built_in(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_BUILT_IN / f"{name}.toml").read_text("utf-8"))


class _Reader:
    """Reads a table, and notes what is wrong with it."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._fields = 0

    def read(self, codec: Any) -> tuple[Codec | None, list[Problem]]:
        if not isinstance(codec, Mapping):
            self._note("", "must be an object; see docs/codecs.md")
            return None, self._problems
        encoding = self._choice(codec, "encoding", _ENCODINGS, "", "raw")
        given = {key: value for key, value in codec.items() if key != "encoding"}
        if "builtin" in given:
            if set(given) != {"builtin"}:
                self._note("", "names a codec that ships (builtin) and has keys of its own; keep one of both")
                return None, self._problems
            name = given["builtin"]
            if not isinstance(name, str) or name not in built_in_codecs():
                self._note("builtin", f"must be one of {', '.join(built_in_codecs())}")
                return None, self._problems
            given = dict(_built_in(name))
        if "ports" not in given:
            layouts: dict[int | None, Layout] = {None: self._layout("", given)}
        else:
            layouts = self._ports(given)
        return (None if self._problems else Codec(layouts, encoding)), self._problems

    def _note(self, where: str, what: str) -> None:
        if len(self._problems) < 20:
            self._problems.append(Problem(where.lstrip("."), what))

    def _ports(self, given: Mapping[str, Any]) -> dict[int | None, Layout]:
        self._keys("", given, {"ports", "title", "documents"})
        ports, layouts = given["ports"], dict[int | None, Layout]()
        if not isinstance(ports, Mapping) or not 0 < len(ports) <= PORTS_MAX:
            self._note("ports", f'must be an object of 1 to {PORTS_MAX} ports, such as {{"2": {{…}}}}')
            return layouts
        for port, layout in ports.items():
            where = f"ports.{port}"
            if port != "*" and not (isinstance(port, str) and port.isdecimal() and int(port[:4]) < 256):
                self._note(where, 'a port is a number from 0 to 255 as text, or "*" for all others')
            elif not isinstance(layout, Mapping):
                self._note(where, "must be an object with a layout")
            else:
                layouts[None if port == "*" else int(port)] = self._layout(where, layout)
        return layouts

    def _layout(self, where: str, given: Mapping[str, Any]) -> Layout:
        kind = self._choice(given, "layout", _LAYOUTS, where, "fixed")
        self._keys(where, given, _LAYOUT_KEYS[kind] | _EVERYWHERE)
        order = self._choice(given, "byte_order", _ORDERS, where, "big")
        fields = self._block(f"{where}.fields", given.get("fields", []), order)
        start = self._whole(given, "start", where, 0, 1_000) or 0
        if kind == "tlv":
            return self._tlv(where, given, order, Layout("tlv", fields, start=start))
        if kind == "flags":
            return self._flags(where, given, order, Layout("flags", fields, start=start))
        if kind == "fixed":
            if not fields:
                self._note(f"{where}.fields", "must be a list of at least one field")
            return Layout("fixed", fields, self._lengths(where, given))
        return Layout("ignore")

    def _lengths(self, where: str, given: Mapping[str, Any]) -> tuple[int, int] | None:
        length = given.get("length")
        if length is None:
            return None
        ends = length if isinstance(length, list) else [length, length]
        if len(ends) != 2 or not all(type(end) is int and 0 <= end <= 10_000 for end in ends):
            self._note(f"{where}.length", "must be a number of bytes, or two for the least and the most")
            return None
        return ends[0], ends[1]

    def _tlv(self, where: str, given: Mapping[str, Any], order: str, base: Layout) -> Layout:
        head = self._parts(given, "head", where, ("type",))
        match = self._parts(given, "match", where, tuple(part for part in head if part != "length"))
        if not set(match) <= set(head) or not match or "length" in match:
            self._note(f"{where}.match", "must name parts of the head by which an entry is chosen")
        unknown = self._choice(given, "unknown", _UNKNOWN, where, "refuse")
        if unknown == "skip" and "length" not in head:
            self._note(f"{where}.unknown", "skip needs a length in the head; use refuse or stop")
        is_by_channel = given.get("sensor") == "channel"
        if "sensor" in given and not (is_by_channel and "channel" in head):
            self._note(f"{where}.sensor", 'must be "channel", and the head must have one')
        entries: dict[bytes, Entry] = {}
        listed = given.get("entries")
        if not isinstance(listed, Mapping) or not 0 < len(listed) <= ENTRIES_MAX:
            self._note(
                f"{where}.entries", f"must be an object of 1 to {ENTRIES_MAX} entries by their bytes in hex"
            )
            listed = {}
        for key, entry in listed.items():
            inside = f"{where}.entries.{key}"
            code = _bytes_of(key)
            if code is None or len(code) != len(match):
                self._note(inside, f"the key must be {len(match)} bytes in hex ({' and '.join(match)})")
                continue
            entries[code] = self._entry(inside, entry, order)
            if "length" not in head and not entries[code].fields:
                self._note(inside, 'needs fields, or one that says how many bytes to pass over: {"skip": 2}')
        return Layout("tlv", base.fields, None, base.start, head, match, is_by_channel, entries, unknown)

    def _flags(self, where: str, given: Mapping[str, Any], order: str, base: Layout) -> Layout:
        flags = given.get("flags")
        field = self._field(
            f"{where}.flags", {"name": "flags", **flags} if isinstance(flags, Mapping) else None, order
        )
        if field is not None and field.kind != "u":
            self._note(f"{where}.flags", "must have an unsigned type, such as u16")
        blocks: list[tuple[int, Entry]] = []
        listed = given.get("blocks")
        if not isinstance(listed, list) or not 0 < len(listed) <= 64:
            self._note(
                f"{where}.blocks", "must be a list of 1 to 64 blocks in the order in which they follow"
            )
            listed = []
        for number, block in enumerate(listed):
            inside = f"{where}.blocks.{number}"
            bit = self._whole(block, "bit", inside, 0, 63) if isinstance(block, Mapping) else None
            if bit is None or bit in {other for other, _ in blocks}:
                self._note(inside, "needs the bit of the flags that announces it, each bit once")
                continue
            entry = {key: value for key, value in block.items() if key != "bit"}
            blocks.append((bit, self._entry(inside, entry, order)))
        return Layout("flags", base.fields, None, base.start, flags=field, blocks=tuple(blocks))

    def _entry(self, where: str, given: Any, order: str) -> Entry:
        if not isinstance(given, Mapping):
            self._note(where, "must be an object with fields")
            return Entry(())
        self._keys(where, given, {"fields", "sensor", "title"})
        sensor = given.get("sensor")
        if sensor is not None and not (isinstance(sensor, str) and _CODE.fullmatch(sensor)):
            self._note(f"{where}.sensor", "must be a code: a-z, 0-9 and _")
            sensor = None
        return Entry(self._block(f"{where}.fields", given.get("fields", []), order), sensor)

    def _block(self, where: str, given: Any, order: str) -> tuple[Field, ...]:
        if not isinstance(given, list) or len(given) > FIELDS_MAX:
            self._note(where, f"must be a list of at most {FIELDS_MAX} fields")
            return ()
        self._fields += len(given)
        if self._fields > FIELDS_MAX:
            self._note(where, f"the codec has more than {FIELDS_MAX} fields; divide it by port")
            return ()
        fields = [self._field(f"{where}.{number}", field, order) for number, field in enumerate(given)]
        names = [field.name for field in fields if field is not None and field.name]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._note(where, f"two fields are named {name}; name them NAME/SENSOR to tell them apart")
        return tuple(field for field in fields if field is not None)

    def _field(self, where: str, given: Any, order: str) -> Field | None:  # noqa: PLR0911 -- one for each fault
        if not isinstance(given, Mapping):
            self._note(where, 'must be an object such as {"name": "pm2_5", "type": "u16", "scale": 0.1}')
            return None
        self._keys(where, given, _FIELD_KEYS)
        at = self._whole(given, "at", where, -1_000, 10_000)
        if "skip" in given:
            skipped = self._whole(given, "skip", where, 1, 1_000)
            return None if skipped is None else Field("", at, skipped)
        name, unit = given.get("name", "" if "equals" in given else None), given.get("unit")
        if not isinstance(name, str) or len(name) > NAME_CHARACTERS_MAX or not (name or "equals" in given):
            self._note(f"{where}.name", f"must be a text of 1 to {NAME_CHARACTERS_MAX} characters")
            return None
        if unit is not None and (not isinstance(unit, str) or len(unit) > NAME_CHARACTERS_MAX):
            self._note(f"{where}.unit", "must be a unit as UCUM writes it, such as ug/m3")
            return None
        match = _TYPE.fullmatch(str(given.get("type")))
        if match is None:
            self._note(f"{where}.type", "must be u8 to u64, i8 to i64, f16, f32, f64, text or hex")
            return None
        kind = match[1] or match[3] or match[5]
        size = int(match[2] or match[4] or 0) // 8
        if kind in {"text", "hex"}:
            stated = self._whole(given, "length", where, 1, TEXT_BYTES_MAX)
            if stated is None:
                self._note(f"{where}.length", f"a {kind} needs its number of bytes, 1 to {TEXT_BYTES_MAX}")
                return None
            size = stated
        is_little = self._choice(given, "byte_order", _ORDERS, where, order) == "little"
        return self._meaning(where, given, Field(name, at, size, kind, is_little, unit=unit))

    def _meaning(self, where: str, given: Mapping[str, Any], field: Field) -> Field | None:
        is_number = field.kind in {"u", "i", "f"}
        telling = (
            "bits",
            "bcd",
            "negative_if_bit",
            "scale",
            "offset",
            "formula",
            "labels",
            "missing",
            "equals",
        )
        for key in telling:
            if key in given and (not is_number or (field.kind == "f" and key in telling[:3])):
                self._note(f"{where}.{key}", f"does not go with the type {given['type']}")
                return None
        if "formula" in given and {"scale", "offset"} & given.keys():
            self._note(f"{where}.formula", "says all; leave scale and offset out")
        missing = given.get("missing", [])
        if not isinstance(missing, list) or len(missing) > LABELS_MAX or {*map(type, missing)} - {int, float}:
            self._note(f"{where}.missing", "must be a list of numbers as they come, before scale and formula")
            missing = []
        return Field(
            field.name,
            field.at,
            field.size,
            field.kind,
            field.is_little,
            self._bits(where, given, field.size * 8),
            bool(given.get("bcd", False)),
            self._whole(given, "negative_if_bit", where, 0, field.size * 8 - 1),
            self._linear(where, given),
            self._formula(where, given),
            field.unit,
            frozenset(missing),
            self._labels(where, given),
            bool(given.get("optional", False)),
            self._whole(given, "equals", where, -(2**63), 2**64 - 1),
        )

    def _bits(self, where: str, given: Mapping[str, Any], width: int) -> tuple[int, int] | None:
        bits = given.get("bits")
        if bits is None:
            return None
        if (
            not isinstance(bits, list)
            or len(bits) != 2
            or not all(type(bit) is int for bit in bits)
            or not (bits[0] >= 0 and bits[1] >= 1 and bits[0] + bits[1] <= width)
        ):
            self._note(f"{where}.bits", f"must be [first, count] within {width} bits; bit 0 is the least")
            return None
        return bits[0], bits[1]

    def _linear(self, where: str, given: Mapping[str, Any]) -> tuple[int, int, int] | None:
        if not {"scale", "offset"} & given.keys():
            return None
        parts = [given.get("scale", 1), given.get("offset", 0)]
        if not all(
            type(part) in {int, float} and (part == 0 or 1e-12 <= abs(part) <= 1e12) for part in parts
        ):
            self._note(f"{where}.scale", "scale and offset must be numbers from 1e-12 to 1e12, or 0")
            return None
        scale, offset = (Fraction(str(part)) for part in parts)
        denominator = scale.denominator * offset.denominator
        return int(scale * denominator), int(offset * denominator), denominator

    def _formula(self, where: str, given: Mapping[str, Any]) -> Formula | None:
        text = given.get("formula")
        if text is None:
            return None
        if not isinstance(text, str):
            self._note(f"{where}.formula", "must be a text such as (x - 32768) / 10")
            return None
        try:
            return Formula(text)
        except FormulaFault as fault:
            self._note(f"{where}.formula", str(fault))
            return None

    def _labels(self, where: str, given: Mapping[str, Any]) -> Mapping[int, str] | None:
        labels = given.get("labels")
        if labels is None:
            return None
        if (
            not isinstance(labels, Mapping)
            or len(labels) > LABELS_MAX
            or not all(re.fullmatch(r"-?\d{1,20}", str(key), re.ASCII) for key in labels)
            or not all(isinstance(text, str) and len(text) <= NAME_CHARACTERS_MAX for text in labels.values())
        ):
            self._note(f"{where}.labels", 'must say which number means which text, such as {"0": "closed"}')
            return None
        return {int(key): text for key, text in labels.items()}

    def _keys(self, where: str, given: Mapping[str, Any], known: set[str]) -> None:
        for key in sorted(map(str, set(given) - set(known)))[:5]:
            self._note(f"{where}.{key[:50]}", f"is not known here; known are {', '.join(sorted(known))}")

    def _choice(
        self, given: Mapping[str, Any], key: str, known: tuple[str, ...], where: str, default: str
    ) -> Any:
        value = given.get(key, default)
        if value not in known:
            self._note(f"{where}.{key}", f"must be one of {', '.join(known)}")
            return default
        return value

    def _parts(
        self, given: Mapping[str, Any], key: str, where: str, default: tuple[str, ...]
    ) -> tuple[str, ...]:
        value = given.get(key, list(default))
        if not isinstance(value, list) or not value or any(part not in _PARTS for part in value):
            self._note(f"{where}.{key}", f"must be a list of {', '.join(_PARTS)}, one byte each")
            return default
        return tuple(value)

    def _whole(self, given: Mapping[str, Any], key: str, where: str, least: int, most: int) -> int | None:
        value = given.get(key)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            self._note(f"{where}.{key}", f"must be a whole number from {least} to {most}")
            return None
        return value


def _bytes_of(key: Any) -> bytes | None:
    try:
        return bytes.fromhex(key) if isinstance(key, str) else None
    except ValueError:
        return None
