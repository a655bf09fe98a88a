"""Topic filters: what they match, and that no two of them match one topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.topics import covers, disjoint, is_filter, overlap


@pytest.mark.parametrize(
    ("wide", "narrow", "does"),
    [
        ("#", "falaj/v1/#", True),
        ("falaj/v1/#", "falaj/v1", True),
        ("falaj/v1/#", "falaj/v1/+/t", True),
        ("falaj/+/#", "falaj/v1/#", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("a/b", "a/b/c", False),
        ("a/+/c", "a/b", False),
        ("falaj/v1/#", "#", False),
    ],
)
def test_a_filter_covers_what_it_matches_all_of(wide: str, narrow: str, does: bool) -> None:
    assert covers(wide, narrow) is does


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ("+/v1/#", "falaj/#", True),
        ("a/#", "a", True),
        ("+/b", "a/+", True),
        ("a/b", "a/b/c", False),
        ("zigbee2mqtt/#", "falaj/v1/#", False),
        ("+/b", "+/c", False),
        ("a/b/#", "a", False),
    ],
)
def test_filters_overlap_where_a_topic_matches_both(one: str, other: str, do: bool) -> None:
    assert overlap(one, other) is do
    assert overlap(other, one) is do


LEVELS = st.lists(st.sampled_from(["a", "b", "+"]), min_size=1, max_size=3)
FILTERS = st.builds(lambda levels, ends: "/".join([*levels, *["#"] * ends]), LEVELS, st.booleans())


@given(FILTERS, FILTERS)
def test_both_agree_with_every_topic_tried_out(one: str, other: str) -> None:
    topics = [f"{x}{y}{z}" for x in ("a", "b") for y in ("", "/a", "/b") for z in ("", "/a", "/b", "/b/a")]
    ones, others = ({topic for topic in topics if _matches(each, topic)} for each in (one, other))
    assert overlap(one, other) is bool(ones & others)
    if covers(one, other):
        assert others <= ones


def _matches(text: str, topic: str) -> bool:
    """By the rule for a single topic (MQTT 5, section 4.7.1), as paho has it."""
    from paho.mqtt.client import topic_matches_sub

    return topic_matches_sub(text, topic)


@pytest.mark.parametrize("text", ["", "a/#/b", "a#", "a/b+", "$SYS/#", "$share/x/#", "a\0"])
def test_what_is_no_filter_for_devices(text: str) -> None:
    assert not is_filter(text)
    with pytest.raises(ValueError, match="not an MQTT topic filter"):
        disjoint(["falaj/v1/#", text])


def test_covered_filters_are_left_out_and_partial_overlap_is_refused() -> None:
    assert disjoint(["falaj/v1/#", "#"]) == ("#",)
    assert disjoint(["falaj/v1/#", "tele/#", "tele/+/STATE", "tele/#"]) == ("falaj/v1/#", "tele/#")
    with pytest.raises(ValueError, match="both"):
        disjoint(["falaj/v1/#", "+/v1/x"])
