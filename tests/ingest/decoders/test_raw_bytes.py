"""Raw bytes by a codec table: layouts, meanings, what is wrong with a table, and formulas."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from citycore.wire import Message
from ingest.decoders.codec_formula import Formula, FormulaFault
from ingest.decoders.codec_table import built_in_codecs
from ingest.decoders.model import Refusal, Remark, Unreadable
from ingest.decoders.raw_bytes import check_codec, decode_bytes
from tests.ingest.decoders.arrivals import decode


def one(payload: str | bytes, **field: Any) -> Any:
    """The value of one field."""
    data = bytes.fromhex(payload) if isinstance(payload, str) else payload
    return decode_bytes(data, None, {"fields": [{"name": "a", **field}]})["a"][0]


@pytest.mark.parametrize(
    ("payload", "field", "value"),
    [
        ("ff", {"type": "u8"}, 255),
        ("ff", {"type": "i8"}, -1),
        ("0102", {"type": "u16"}, 258),
        ("0102", {"type": "u16", "byte_order": "little"}, 513),
        ("fffffe", {"type": "i24"}, -2),
        ("ff" * 8, {"type": "u64"}, 2**64 - 1),
        (struct.pack("<f", 1.5), {"type": "f32", "byte_order": "little"}, 1.5),
        (struct.pack(">d", -0.1), {"type": "f64"}, -0.1),
        (struct.pack(">f", 23.1), {"type": "f32"}, 23.1),
        (struct.pack(">f", 3.4028234663852886e38), {"type": "f32"}, 3.4028235e38),
        (struct.pack(">d", 5e-324), {"type": "f64", "scale": 1e-12, "offset": 1e-12}, 1e-12),
        ("3e00", {"type": "f16"}, 1.5),
        ("0134", {"type": "i16", "scale": 0.1}, 30.8),
        ("ff9c", {"type": "i16", "scale": 0.1, "offset": -40}, -50),
        ("bd10", {"type": "u16", "scale": 2}, 96_800),
        ("67bd", {"type": "u16", "formula": "175.72 * x / 65536 - 46.85"}, 175.72 * 0x67BD / 65536 - 46.85),
        ("ffff", {"type": "u16", "missing": [65535], "scale": 0.1}, None),
        ("b4", {"type": "u8", "bits": [4, 4]}, 11),
        ("f0", {"type": "i8", "bits": [4, 4]}, -1),
        ("50533661", {"type": "u32", "bits": [4, 28], "bcd": True, "negative_if_bit": 0}, -5_053_366),
        ("5a", {"type": "u8", "bcd": True}, None),
        ("01", {"type": "u8", "labels": {"0": "closed", "1": "open"}}, "open"),
        ("07", {"type": "u8", "labels": {"0": "closed"}}, "7"),
        (b"abc\0\0", {"type": "text", "length": 5}, "abc"),
        ("00ff10", {"type": "hex", "length": 3}, "00ff10"),
        ("000005", {"type": "u8", "at": 2}, 5),
        ("000005", {"type": "u8", "at": -1}, 5),
    ],
)
def test_a_field(payload: str | bytes, field: dict[str, Any], value: Any) -> None:
    assert one(payload, **field) == value


def test_fields_follow_one_another_and_bytes_are_passed_over() -> None:
    codec = {
        "fields": [
            {"name": "a", "type": "u8"},
            {"skip": 2},
            {"name": "b", "type": "u16", "unit": "Cel"},
            {"name": "c", "type": "u8", "optional": True},
        ]
    }

    assert decode_bytes(bytes.fromhex("01aaaa0002"), None, codec) == {"a": (1, None), "b": (2, "Cel")}


def test_ports_have_layouts_of_their_own() -> None:
    codec = {
        "ports": {
            "1": {"fields": [{"name": "a", "type": "u8"}]},
            "2": {"layout": "ignore"},
            "*": {"fields": [{"name": "b", "type": "u8"}]},
        }
    }

    assert [decode_bytes(b"\1", port, codec) for port in (1, 2, 3, None)] == [
        {"a": (1, None)},
        {},
        {"b": (1, None)},
        {"b": (1, None)},
    ]
    del codec["ports"]["*"]
    with pytest.raises(Unreadable, match="port 3"):
        decode_bytes(b"\1", 3, {**codec})


STREAM = {
    "layout": "tlv",
    "head": ["channel", "type"],
    "match": ["type"],
    "sensor": "channel",
    "entries": {
        "67": {"fields": [{"name": "t", "type": "i16"}]},
        "88": {"fields": [{"name": "latitude", "type": "u8"}, {"name": "longitude", "type": "u8"}]},
    },
}


def test_a_stream_names_channels_as_sensors() -> None:
    values = decode_bytes(bytes.fromhex("036700010567000201881730"), None, STREAM)

    assert values == {"t/3": (1, None), "t/5": (2, None), "location/1": ((48, 23), None)}


@pytest.mark.parametrize("unknown", ["refuse", "skip", "stop"])
def test_a_stream_with_lengths_passes_over_what_it_does_not_know_if_told(unknown: str) -> None:
    codec = {
        "layout": "tlv",
        "head": ["type", "length"],
        "unknown": unknown,
        "entries": {"01": {"fields": [{"name": "a", "type": "u8"}]}},
    }
    payload = bytes.fromhex("7f03aabbcc010105")

    if unknown == "refuse":
        with pytest.raises(Unreadable, match="no entry for 7f03 at byte 0"):
            decode_bytes(payload, None, codec)
    else:
        assert decode_bytes(payload, None, codec) == ({"a": (5, None)} if unknown == "skip" else {})


FLAGS = {
    "layout": "flags",
    "flags": {"at": 1, "type": "u8"},
    "start": 2,
    "fields": [{"at": 0, "type": "u8", "equals": 2}],
    "blocks": [
        {"bit": 1, "fields": [{"name": "a", "type": "u8"}]},
        {"bit": 0, "fields": [{"name": "b", "type": "u8"}]},
    ],
}


@pytest.mark.parametrize(
    ("payload", "values"),
    [("02030708", {"a": 7, "b": 8}), ("020107", {"b": 7}), ("020207", {"a": 7}), ("0200", {})],
)
def test_flags_say_which_blocks_follow(payload: str, values: dict[str, int]) -> None:
    decoded = decode_bytes(bytes.fromhex(payload), None, FLAGS)

    assert {name: value for name, (value, _) in decoded.items()} == values


@pytest.mark.parametrize(
    ("payload", "codec", "says"),
    [
        ("0101", {"fields": [{"name": "a", "type": "u32"}]}, "a needs bytes 0 to 3, there are 2"),
        ("01", {"length": 2, "fields": [{"name": "a", "type": "u8"}]}, "1 bytes are not as many"),
        ("0101", {"length": [3, 4], "fields": [{"name": "a", "type": "u8"}]}, "2 bytes are not as many"),
        ("03", STREAM, "ends within the head at byte 0"),
        ("0366", STREAM, "no entry for 0366 at byte 0"),
        ("036700", STREAM, "t needs bytes 2 to 3, there are 3"),
        ("0367000103670001", STREAM, "t/3 is there twice"),
        ("0100", FLAGS, "byte 0 is 1, must be 2"),
        ("0204", FLAGS, "announce blocks that the codec has not"),
        ("02010708", FLAGS, "1 bytes more than the flags announce"),
        ("02", FLAGS, "ends before its flags"),
        (
            "00",
            {"fields": [{"name": "a", "type": "u8", "formula": "1 / x"}]},
            "formula of a has no value for 0",
        ),
        ("00", {"fields": []}, "the codec of the source: fields:"),
        ("00" * 10_001, STREAM, "more than 10000 bytes"),
        (
            "0000" * 2_001,
            {"layout": "tlv", "entries": {"00": {"fields": [{"skip": 1}]}}},
            "more than 2000 parts",
        ),
    ],
)
def test_bytes_that_do_not_fit_say_where(payload: str, codec: dict[str, Any], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        decode_bytes(bytes.fromhex(payload), None, codec)


@pytest.mark.parametrize(
    ("codec", "where", "what"),
    [
        ({"builtin": "nothing"}, "builtin", "must be one of adeunis_ftd"),
        ({"builtin": "elsys", "fields": []}, "", "keep one of both"),
        ({"layout": "loop"}, "layout", "must be one of fixed, tlv"),
        ({"fields": {}}, "fields", "must be a list"),
        ({"fields": [{"name": "a", "type": "u12"}]}, "fields.0.type", "u8 to u64"),
        ({"fields": [{"type": "u8"}]}, "fields.0.name", "must be a text"),
        ({"fields": [{"name": "a", "type": "u8", "scal": 2}]}, "fields.0.scal", "is not known here"),
        ({"fields": [{"name": "a", "type": "u8"}] * 2}, "fields", "two fields are named a"),
        ({"fields": [{"name": "a", "type": "text"}]}, "fields.0.length", "needs its number of bytes"),
        ({"fields": [{"name": "a", "type": "f32", "bits": [0, 1]}]}, "fields.0.bits", "does not go with"),
        ({"fields": [{"name": "a", "type": "u8", "bits": [4, 5]}]}, "fields.0.bits", "within 8 bits"),
        ({"fields": [{"name": "a", "type": "u8", "scale": "2"}]}, "fields.0.scale", "must be numbers"),
        (
            {"fields": [{"name": "a", "type": "u8", "scale": float("nan")}]},
            "fields.0.scale",
            "must be numbers",
        ),
        ({"fields": [{"name": "a", "type": "u8", "offset": 1e-300}]}, "fields.0.scale", "must be numbers"),
        ({"fields": [{"name": "a", "type": "u8", "formula": "x ** 2"}]}, "fields.0.formula", "not expected"),
        ({"fields": [{"name": "a", "type": "u8", "missing": [[]]}]}, "fields.0.missing", "list of numbers"),
        ({"fields": [{"name": "a", "type": "u8", "labels": {"x": "y"}}]}, "fields.0.labels", "which number"),
        ({"fields": [{"name": "a", "type": "u8"}] * 501}, "fields", "at most 500"),
        ({"ports": {"300": {}}}, "ports.300", "0 to 255"),
        ({"ports": {}}, "ports", "1 to 50 ports"),
        ({"ports": {"1": {"fields": 1}}}, "ports.1.fields", "must be a list"),
        ({"layout": "tlv", "entries": {"0102": {}}}, "entries.0102", "must be 1 bytes in hex"),
        ({"layout": "tlv", "entries": {"01": {"fields": []}}}, "entries.01", "needs fields"),
        ({"layout": "tlv", "unknown": "skip", "entries": {"01": {}}}, "unknown", "needs a length"),
        ({"layout": "tlv", "head": ["size"], "entries": {}}, "head", "type, channel, length"),
        ({"layout": "tlv", "sensor": "channel", "entries": {}}, "sensor", "must have one"),
        ({"layout": "flags", "blocks": [{"fields": []}]}, "blocks.0", "needs the bit"),
        ({"layout": "flags", "blocks": []}, "flags", "must be an object"),
    ],
)
def test_a_table_that_cannot_be_used_says_where_and_what_to_do(codec: Any, where: str, what: str) -> None:
    problems = check_codec(codec)

    assert any(problem.where == where and what in problem.what for problem in problems), problems


@pytest.mark.parametrize("codec", [None, [], 5, "elsys"])
def test_a_table_is_an_object(codec: Any) -> None:
    assert [problem.where for problem in check_codec(codec)] == [""]


def test_the_codecs_that_ship_are_in_order() -> None:
    names = built_in_codecs()

    assert {"adeunis_ftd", "cayenne_lpp", "decentlab_dl_pm", "elsys", "milesight_am308"} <= set(names)
    assert [check_codec({"builtin": name}) for name in names] == [[]] * len(names)


def test_an_elsys_message() -> None:
    values = decode_bytes(bytes.fromhex("0100e202290400270506060308070d62"), 5, {"builtin": "elsys"})

    assert values == {
        "air_temperature": (22.6, "Cel"),
        "relative_humidity": (41, "%"),
        "illuminance": (39, "lx"),
        "motion_count": (6, None),
        "co2": (776, "[ppm]"),
        "battery_voltage": (3426, "mV"),
    }


def test_a_cayenne_message() -> None:
    values = decode_bytes(
        bytes.fromhex("03670110056700ff018806765ff2960a0003e8"), 1, {"builtin": "cayenne_lpp"}
    )

    assert values == {
        "temperature/3": (27.2, "Cel"),
        "temperature/5": (25.5, "Cel"),
        "altitude/1": (10, "m"),
        "location/1": ((-87.9094, 42.3519), None),
    }


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [("raw", b"\1\xff"), ("hex", b"01FF"), ("base64", base64.b64encode(b"\1\xff") + b"\n")],
)
def test_a_message_with_a_codec(encoding: str, payload: bytes) -> None:
    codec = {
        "encoding": encoding,
        "fields": [{"name": "a", "type": "u8", "unit": "V"}, {"name": "b", "type": "u8", "missing": [255]}],
    }

    decoded = decode("raw_bytes", payload, codec=codec)

    assert [reading.message for reading in decoded.readings] == [Message(results={"a": 1}, units={"a": "V"})]
    assert decoded.refusals == [Refusal("b", "missing_result", "the device says that it has no value")]


def test_a_message_that_is_to_be_ignored_has_a_remark() -> None:
    assert decode("raw_bytes", b"\1", codec={"layout": "ignore"}).remark is Remark.STATUS


@pytest.mark.parametrize("codec", [None, {}, {"encoding": "hex", "layout": "ignore"}, {"fields": 1}])
def test_without_a_codec_that_fits_bytes_are_unreadable(codec: Any) -> None:
    with pytest.raises(Unreadable):
        decode("raw_bytes", b"\xff\xfe", codec=codec)


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("x", 3, 3),
        ("(x - 32768) / 10", 32778, 1),
        ("2 + 3 * x", 4, 14),
        ("2 - 3 - x", 1, -2),
        ("-x * -2", 3, 6),
        ("1.5e2 * x", 2, 300),
        ("x // 100 + x % 100 / 60", 2330, 23.5),
        ("+(((x)))", 1, 1),
    ],
)
def test_formulas(text: str, x: float, value: float) -> None:
    assert Formula(text).of(x) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x +",
        "x x",
        "(x",
        "x)",
        "y",
        "x ** 2",
        "__import__('os')",
        "x.real",
        "1" * 201,
        "(" * 30 + "x" + ")" * 30,
        "1e999 * x",
        "x[0]",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    with pytest.raises(FormulaFault):
        Formula(text)


def test_a_formula_has_bounds() -> None:
    with pytest.raises(ArithmeticError):
        Formula("*".join(["x"] * 100)).of(2**64)
