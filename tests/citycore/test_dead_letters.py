"""What can be decided about a dead letter without asking anybody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.dead_letters.rules import (
    Limits,
    hindrance,
    pause_seconds,
    payload_hex,
    payload_text,
    reason_text,
)
from citycore.topics import matches, pattern_of

LIMITS = Limits(message_bytes_max=1_000, packet_bytes_max=1_050)
OWN = ("rtl_433/+/temperature", "zigbee2mqtt/#")


@pytest.mark.parametrize(
    ("topic", "size", "expected"),
    [
        ("falaj/v1/s/t", 1_000, None),
        ("falaj/v1/strange/but/ours", 10, None),
        ("falaj/v1/s/t", 1_001, "too_large"),
        ("falaj/v1/s/" + "t" * 60, 1_000, "too_large"),
        ("falaj/v2/s/t", 1, "topic"),
        ("(topic that is not UTF-8)", 1, "topic"),
        ("falaj/v1/s/+", 1, "topic"),
        ("falaj/v1/#", 1, "topic"),
        ("falaj/v1/s/a\ufffdb", 1, "topic"),
        ("rtl_433/roof/temperature", 1_000, None),
        ("zigbee2mqtt", 10, None),
        ("zigbee2mqtt/hall/lamp", 10, None),
        ("rtl_433/roof/a/temperature", 10, "topic"),
        ("$SYS/uptime", 10, "topic"),
    ],
)
def test_what_hinders_a_replay(topic: str, size: int, expected: str | None) -> None:
    assert hindrance(topic, size, LIMITS, OWN) == expected


@given(
    st.sampled_from([*OWN, "#", "a/+/c", "+", "a.b/(c)/#"]),
    st.lists(
        st.sampled_from(
            ["rtl_433", "a", "b", "c", "zigbee2mqtt", "temperature", "a.b", "(c)", "axb", "$SYS", ""]
        ),
        min_size=1,
    ),
)
def test_patterns_find_what_filters_match_outside_of_namespaces(wanted: str, levels: list[str]) -> None:
    topic = "/".join(levels)
    assert bool(re.match(pattern_of(wanted), topic)) == matches(wanted, topic)
    assert not re.match(pattern_of(wanted), f"falaj/v1/{topic}")


@given(st.binary(max_size=200))
def test_a_payload_is_shown_as_text_only_if_a_terminal_is_safe_from_it(payload: bytes) -> None:
    text = payload_text(payload)
    if text is not None:
        assert text.encode() == payload
        assert "\x1b" not in text


def test_arabic_and_line_ends_are_text_and_control_characters_are_not() -> None:
    assert payload_text('{"ع": 1}\n'.encode()) == '{"ع": 1}\n'
    assert payload_text(b"\x1b[2J") is None
    assert payload_text(b"\xff") is None
    assert payload_text(b"") == ""


@given(st.binary(max_size=200), st.integers(0, 200))
def test_hexadecimal_digits_are_the_bytes(payload: bytes, bytes_max: int) -> None:
    assert bytes.fromhex(payload_hex(payload, bytes_max)) == payload[:bytes_max]


def test_reasons_have_words_in_both_languages() -> None:
    assert reason_text("unknown_thing", "en").startswith("No thing of this source")
    assert reason_text("unknown_thing", "ar").startswith("لا يوجد شيء")
    assert reason_text("not_ours", "en") == "not_ours"


def test_the_pause_keeps_the_rate() -> None:
    assert pause_seconds(done=200, elapsed_seconds=0.05, per_second_max=1_000) == pytest.approx(0.15)
    assert pause_seconds(done=200, elapsed_seconds=5, per_second_max=1_000) == 0
