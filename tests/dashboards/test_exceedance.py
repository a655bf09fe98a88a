"""What a forecast says of a limit, in words and in the chart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboards.charts import Drawn
from dashboards.exceedance import Odds, judged, judged_chart, sentence
from dashboards.language import Words
from dashboards.model import Name
from dashboards.palette import LIGHT
from tests.dashboards.test_charts import forecast

FORECAST = forecast()
START = FORECAST.steps[0].phenomenon_time
EN = Words("en")


def odds(*probabilities: float, relation: str = "about") -> list[Odds]:
    table = Name("WHO", "المنظمة")
    return [
        Odds(START + n * timedelta(hours=1), table, 200, "ug/m3", 106.4, one, relation)
        for n, one in enumerate(probabilities)
    ]


def said(given: list[Odds]) -> str:
    return re.sub("[\u2066-\u2069]", "", sentence(given, EN) or "nothing")


@pytest.mark.parametrize(
    ("given", "hours", "end"),
    [
        (odds(0.1, 0.33, 0.4, 0.34, 0.1, 0.39), (1, 4), "above 200 µg/m³ with a probability of up to 40%."),
        (odds(0.4), (0, 1), "up to 40%."),
        (odds(0.9, 0.975, 0.975, relation="at_least"), (1, 3), "at least 97.5%."),
    ],
)
def test_the_hours_that_are_nearly_as_probable_are_named_together(
    given: list[Odds], hours: tuple[int, int], end: str
) -> None:
    told, (first, last) = said(given), (START + hour * timedelta(hours=1) for hour in hours)
    clocks = [re.sub("[\u2066-\u2069]", "", EN.clock(moment)) for moment in (first, last)]
    assert re.findall(r"\d\d:\d\d", told) == clocks
    assert told.endswith(end)


def test_what_is_out_of_reach_is_said_and_not_drawn() -> None:
    far = odds(0.025, 0.025, relation="at_most")
    assert said(far).endswith("does the mean lie above 200 µg/m³ with a probability of more than 2.5%.")
    assert said([]) == "nothing"
    drawn = Drawn([], FORECAST, "[ppb]")
    plain, with_line = (
        judged_chart(judged(drawn, given), EN, LIGHT).to_dict()["layer"] for given in (far, odds(0.4, 0.5))
    )
    assert len(with_line) == len(plain) + 3, "a line, its name, and the rim of that"


def test_the_lowest_bound_counts_in_the_hours_that_are_drawn() -> None:
    given = odds(0.4, 0.5)
    higher = [replace(one, threshold=300.0) for one in given]
    long_ago = replace(given[0], moment=START - timedelta(days=400))
    assert judged(Drawn([], FORECAST, "[ppb]"), [long_ago, *higher, *given]).odds == tuple(given)
