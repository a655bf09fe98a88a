"""Releases of figures as open data: whole, in every format, and such that anybody can check them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from casework.access.model import SYSTEM
from casework.statistics.means import net_promoter_score
from casework.statistics.proportions import share_of
from casework.statistics.releases import service
from casework.statistics.releases.model import Draft, FigureKind, Release, Subject
from casework.statistics.releases.rules import figure, printed_table
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling
from casework.statistics.suppression import protect
from tests.hackathon.calling import programme_for
from tests.hub_api.conftest import Api, City
from tests.hub_api.innovation.test_innovation import FORMATS, rows

SETTINGS = StatisticsSettings()
NOON = datetime(2026, 11, 27, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Shelf:
    """A release, the one that corrects it, and one of another survey."""

    first: Release
    second: Release
    other: Release


def draft(subject: Subject, answered: int, corrects: Any = None) -> Draft:
    table = protect(np.array([answered - 43, 3, 40]), SETTINGS)
    return Draft(
        subject=subject,
        facts=Facts(sampling=Sampling.ROLL, answered=answered, asked=900, answers_min=30),
        n=answered,
        opened_at=NOON,
        closed_at=NOON,
        method=("wilson_95",),
        figures=(
            figure("hours", FigureKind.SHARE, share_of(41, 50), SETTINGS, channel="web"),
            figure("hours", FigureKind.SHARE, share_of(4, 9), SETTINGS, channel="kiosk"),
            figure("again", FigureKind.NET_PROMOTERS, net_promoter_score([10] * 46 + [3] * 24), SETTINGS),
        ),
        tables=(printed_table("places", ("muscat", "musandam", "dhofar"), (), table),),
        corrects=corrects,
    )


@pytest.fixture(scope="module")
def shelf(standing_city: City) -> Shelf:
    with standing_city.database.connect("portal") as portal:
        programme = programme_for(portal, lambda: NOON)
        survey, another = (Subject("survey", one, f"survey:{one}") for one in (uuid4(), uuid4()))

        def release(wanted: Draft) -> Release:
            return programme.call(SYSTEM, service.release, wanted, lambda *_: None)

        first = release(draft(survey, 264))
        return Shelf(first, release(draft(survey, 263, first.release_id)), release(draft(another, 100)))


def data(api: Api, url: str) -> Any:
    answer = api.get(f"/v1/participation/{url}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_release_can_be_checked_by_anybody(standing_api: Api, shelf: Shelf) -> None:
    found = {one["release"]: one for one in data(standing_api, f"releases?subject={shelf.first.subject_id}")}
    first, second = (found[str(one.release_id)] for one in (shelf.first, shelf.second))
    assert len(found) == 2
    for shown, stored in ((first, shelf.first), (second, shelf.second)):
        assert sha256(shown["document"].encode()).hexdigest() == shown["sha256"] == stored.sha256.hex()
        document = json.loads(shown["document"])
        assert (document["statement"], document["tables"]) == (shown["statement"], shown["tables"])
        assert (document["answered"], document["asked"]) == (shown["answered"], shown["asked"])
    assert (first["corrected_by"], second["corrects"]) == (second["release"], first["release"])
    assert first["statement"]["en"].startswith("264 of 900 who were asked answered (29 %).")
    (table,) = first["tables"]
    assert table["cells"].count(None) == 2
    # One figure has too few answers, and so it is hidden with two cells.
    assert first["hidden"] == 3


def test_figures_stand_in_rows(standing_api: Api, shelf: Shelf) -> None:
    found = data(standing_api, f"figures?release={shelf.first.release_id}")
    assert [(one["place"], one["channel"], one["value"], one["low"]) for one in found] == [
        (1, "web", "0.8200", "0.6920"),
        (2, "kiosk", None, None),
        (3, None, "31.4286", "9.1896"),
    ]
    assert {one["is_replaced"] for one in found} == {True}
    assert {
        one["is_replaced"] for one in data(standing_api, f"figures?release={shelf.second.release_id}")
    } == {False}


@pytest.mark.parametrize("name", ["releases", "figures"])
@pytest.mark.parametrize("chosen", FORMATS)
def test_every_format_has_every_row(standing_api: Api, shelf: Shelf, name: str, chosen: str) -> None:
    expected = [one["release"] for one in data(standing_api, name)]
    assert len(set(expected)) >= 3
    found = rows(standing_api.get(f"/v1/participation/{name}.{chosen}"), chosen)
    assert [one["release"] for one in found] == expected


@pytest.mark.parametrize("name", ["releases", "figures"])
def test_pages_follow_each_other_without_a_gap(standing_api: Api, shelf: Shelf, name: str) -> None:
    expected, found, cursor = data(standing_api, name), [], None
    while cursor is not None or not found:
        asked = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        answer = standing_api.get(f"/v1/participation/{name}", params=asked).json()
        found += answer["data"]
        cursor = answer["next"]
    assert found == expected


def test_what_there_is_nothing_of_is_empty(standing_api: Api, shelf: Shelf) -> None:
    for query in (f"releases?subject={uuid4()}", "releases?subject=x", f"figures?release={uuid4()}"):
        assert data(standing_api, query) == []
