"""Observations by OGC API once the store has let go of them: the same features, the same coverages."""

from __future__ import annotations

from typing import Any

from hub_api.serving.memory import Memory
from tests.hub_api.test_archive import Scene, scene

__all__ = ["scene"]
ITEMS = "/ogc/collections/observations/items"
DATA = "/ogc/collections/observations"
QUESTIONS = (
    "limit=200",
    "limit=300&thing=air-01&filter=result>20 and quality=2",
    "limit=10&filter=thing='bus-01' and s_intersects(geometry,BBOX(58.5045,23,58.6,24))",
)


def features(scene: Scene, question: str) -> list[Any]:
    """All pages of a question."""
    url, found = f"{ITEMS}?{question}", []
    while url:
        page = scene.api.get(url).json()
        found += page["features"]
        url = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
    return found


def answers(scene: Scene) -> list[Any]:
    series = scene.api.get(f"{DATA}/locations/air-01?datetime=2026-11-22/2026-11-24").json()
    return [*(features(scene, question) for question in QUESTIONS), series]


def test_what_the_store_let_go_of_is_there_all_the_same(scene: Scene) -> None:
    before = answers(scene)
    first = scene.api.get(DATA).json()["extent"]["temporal"]["interval"][0][0]
    assert all(before)
    assert scene.archive(keep_days=3).let_go > 0
    with scene.city.database.superuser() as connection:
        (left,) = connection.execute("SELECT count(*) FROM observations").fetchone()
    assert left < len(before[0]), "the archive has the others"
    assert answers(scene) == before
    oldest = before[0][-1]
    assert scene.api.get(f"{ITEMS}/{oldest['id']}").json()["properties"] == oldest["properties"]
    scene.api.app.state.ogc.extents = Memory(10)
    now = scene.api.get(DATA).json()["extent"]["temporal"]["interval"][0][0]
    assert first[:8] == now[:8]
    assert now <= first, "of the archive it is the day's beginning"
