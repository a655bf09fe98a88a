"""What can be decided about a dead letter without asking anybody."""

from __future__ import annotations

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

LIMITS = Limits(message_bytes_max=1_000, packet_bytes_max=1_050)


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
    ],
)
def test_what_hinders_a_replay(topic: str, size: int, expected: str | None) -> None:
    assert hindrance(topic, size, LIMITS) == expected


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
