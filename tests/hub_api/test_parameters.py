from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from hub_api.serving.errors import InvalidParameters
from hub_api.serving.parameters import Box, Instant, SelectionQuery, page_limit, parse_box


class At(BaseModel):
    at: Instant


def fault(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        At.model_validate({"at": text})
    return str(caught.value.errors()[0]["type"])


@pytest.mark.parametrize(
    "text", ["2026-11-24T17:40:00Z", "2026-11-24T21:40:00+04:00", "2026-11-24T21:40:00 04:00"]
)
def test_instants_are_read_as_utc(text: str) -> None:
    assert At.model_validate({"at": text}).at == datetime(2026, 11, 24, 17, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-24T17:40:00", "naive_time"),
        ("2026-11-24", "naive_time"),
        ("2026-02-30T00:00:00Z", "not_a_time"),
        ("yesterday", "not_a_time"),
        ("", "not_a_time"),
        ("9999-12-31T23:59:59-14:00", "not_a_time"),
        ("0001-01-01T00:00:00+14:00", "not_a_time"),
        ("2" * 1_000_000, "too_long"),
    ],
)
def test_other_times_are_refused_with_the_reason(text: str, code: str) -> None:
    assert fault(text) == code


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_instants(text: str) -> None:
    try:
        found = At.model_validate({"at": text}).at.tzinfo
    except ValidationError as error:
        found = error.errors()[0]["type"]
    assert found in {UTC, "naive_time", "not_a_time"}


def test_a_box_is_west_south_east_north() -> None:
    assert parse_box("58.0,23.3,58.9,23.8") == Box(58.0, 23.3, 58.9, 23.8)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bbox_shape"),
        ("1,2,3", "bbox_shape"),
        ("1,2,3,4,5", "bbox_shape"),
        ("a,b,c,d", "bbox_shape"),
        ("nan,0,1,1", "bbox_range"),
        ("0,0,inf,1", "bbox_range"),
        ("-181,0,1,1", "bbox_range"),
        ("0,-91,1,1", "bbox_range"),
        ("59,23,58,24", "bbox_order"),
        ("58,24,59,23", "bbox_order"),
        ("58,23,58,24", "bbox_order"),
    ],
)
def test_other_boxes_are_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_box(text)
    assert caught.value.type == code


def test_a_page_has_a_default_and_a_maximum() -> None:
    assert page_limit(None, 100, 1000) == 100
    assert page_limit(1000, 100, 1000) == 1000
    with pytest.raises(InvalidParameters) as caught:
        page_limit(1001, 100, 1000)
    assert caught.value.faults[0].code == "above_maximum"


@pytest.mark.parametrize(
    ("parameters", "parameter", "code"),
    [
        ({}, "datastream", "no_selection"),
        ({"thing": "a"}, "observed_property", "needed_with"),
        ({"observed_property": "a"}, "thing", "needed_with"),
        ({"datastream": 1, "thing": "a"}, "thing", "not_with"),
    ],
)
def test_one_datastream_is_named_in_exactly_one_way(
    parameters: dict[str, object], parameter: str, code: str
) -> None:
    with pytest.raises(InvalidParameters) as caught:
        SelectionQuery.model_validate(parameters).check_selection(is_required=True)
    assert (caught.value.faults[0].parameter, caught.value.faults[0].code) == (parameter, code)
