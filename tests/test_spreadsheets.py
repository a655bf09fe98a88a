"""Texts that a spreadsheet would run, and those that only look so."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from citycore.spreadsheets import inert
from dashboards.tables import csv_bytes
from hub_api.serving.exports.text import csv_lines


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "+968 9123 4567",
        "- none",
        "-",
    ],
)
def test_formulas_become_words(text: str) -> None:
    assert inert(text) == f"'{text}"
    (line,) = csv.reader(io.StringIO(csv_lines([[text]])[0].decode(), newline=""))
    assert line == [f"'{text}"]
    assert f"'{text}" in csv_bytes(["a"], [[text]]).decode("utf-8-sig")


@pytest.mark.parametrize(
    "cell",
    [
        -5,
        -0.25,
        1e-9,
        None,
        True,
        "",
        "-5",
        "+5",
        "-0.25",
        "-1e-9",
        "-.5",
        "a=b",
        "2026-11-24",
        "'=1",
        " ",
        "مسقط",
        "٪",
    ],
)
def test_numbers_and_words_stay(cell: Any) -> None:
    assert inert(cell) is cell
