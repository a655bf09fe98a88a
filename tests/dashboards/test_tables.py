"""CSV for machines, tables for people."""

from __future__ import annotations

import csv
import io

from dashboards.language import Words
from dashboards.model import Name
from dashboards.rules import Condition, Reading
from dashboards.tables import (
    FORECAST_COLUMNS,
    FORECAST_SHOWN,
    LATEST_COLUMNS,
    LATEST_SHOWN,
    csv_bytes,
    forecast_cells,
    forecast_rows,
    html_table,
    latest_cells,
    latest_rows,
)
from tests.dashboards.test_charts import HOURS, forecast
from tests.dashboards.test_rules import NOW, latest, thing

EN, AR = Words("en"), Words("ar")
READINGS = [
    Reading(thing(), latest(), Condition.FRESH, (58.1, 23.6)),
    Reading(thing("b"), None, Condition.NEVER, None),
]


def parsed(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_csv_of_latest_values_reads_back():
    content = csv_bytes(LATEST_COLUMNS, latest_rows(READINGS, "pm10"))
    assert content.startswith(b"\xef\xbb\xbf")
    heard, never = parsed(content)
    assert (heard["thing"], heard["name_ar"], heard["result"], heard["unit"]) == ("a", "هواء", "5.0", "ug/m3")
    assert heard["phenomenon_time"] == "2026-11-24T17:39:50Z"
    assert heard["simulated"] == "true"
    assert (never["result"], never["condition"]) == ("", "never")


def test_the_csv_of_a_forecast_has_what_was_and_what_is_to_come():
    rows = parsed(csv_bytes(FORECAST_COLUMNS, forecast_rows(HOURS, forecast(), "1", simulated=True)))
    assert len(rows) == 48 + 6
    assert (rows[0]["observed"], rows[0]["median"]) == ("90.0", "")
    assert [rows[-1][key] for key in ("observed", "median", "lower_50", "upper_80", "lower_95", "upper_95")] == [
        "", "105.0", "95.0", "110.0", "80.0", "120.0",
    ]  # fmt: skip


def test_tables_read_in_the_direction_of_their_language_and_escape():
    cells = latest_cells(READINGS, {"seeb": Name("Seeb <b>", "السيب")}, EN, NOW)
    html = html_table(EN, LATEST_SHOWN, cells)
    assert "Seeb &lt;b&gt;" in html
    assert html.count("<td>") == 2 * len(LATEST_SHOWN)
    assert 'dir="rtl" lang="ar"' in html_table(AR, LATEST_SHOWN, [])


def test_the_forecast_table_is_newest_first():
    cells = forecast_cells(HOURS, forecast(), EN)
    assert len(cells[0]) == len(FORECAST_SHOWN)
    assert "105" in cells[0][2]
    assert cells[-1][2] == "—"
