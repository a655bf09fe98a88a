"""Values that stand for none and labels are read as they were written, also where a text looks like something else."""

from __future__ import annotations

from typing import Any

import pytest

from citycore.registry.field_texts import (
    read_factor,
    read_labels,
    read_values,
    write_factor,
    write_labels,
    write_values,
)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], ""),
        ([-127, 85, 327.67], "-127, 85, 327.67"),
        ([85, "85", "n/a", "لا قيمة"], '85, "85", n/a, لا قيمة'),
        (["", " ", "a,b", "a،b", 'a"b', "a=b", "NaN", "1e999"], None),
    ],
)
def test_values_are_read_as_they_were_written(values: list[Any], text: str | None) -> None:
    written = write_values(values)
    assert text is None or written == text
    assert sorted(read_values(written), key=repr) == sorted(values, key=repr)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ({}, ""),
        ({"0": "closed", "1": "open"}, "0=closed, 1=open"),
        ({"0": "مغلق", "1": "1", "true": 1, "on": False}, '0=مغلق, 1="1", true=1, on=false'),
        ({"a=b": "c,d", "": " x ", "z": ""}, None),
    ],
)
def test_labels_are_read_as_they_were_written(labels: dict[str, Any], text: str | None) -> None:
    written = write_labels(labels)
    assert text is None or written == text
    assert read_labels(written) == labels


@pytest.mark.parametrize("text", ["closed", "0=a, 0=b", "0=", "=a", "0=a=b", '"0=a'])
def test_what_is_no_list_of_labels_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_labels(text)


@pytest.mark.parametrize(("factor", "text"), [(1, ""), (10, "10"), (0.1, "0.1"), (1e-7, "1e-07")])
def test_a_factor_is_read_as_it_was_written(factor: float, text: str) -> None:
    assert (write_factor(factor), read_factor(text)) == (text, factor)
