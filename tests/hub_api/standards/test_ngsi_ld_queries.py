"""Random queries find what the same comparisons find on the entities themselves."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.hub_api.conftest import Api, City, standing, standing_city

__all__ = ["standing_city"]
NUMBERS = ("pm2_5", "pm10", "no2")
TEXTS = ("clear", "rain", "50% \\ _")
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
Expression = tuple[str, Callable[[dict[str, Any]], bool]]


@pytest.fixture(scope="module")
def many(standing_city: City) -> Iterator[Api]:
    """Sixty things, each with some of the properties: small numbers, so that many are equal, and one that is none."""
    chance = random.Random(5)
    with standing_city.database.superuser() as connection:
        for number in range(60):
            row = connection.execute(
                "INSERT INTO things (code, source_id, kind, name_en, name_ar, longitude, latitude)"
                " SELECT %s, source_id, 'sensor', 'S', 'س', 58, 23 FROM sources LIMIT 1 RETURNING thing_id",
                [f"q-{number:02}"],
            ).fetchone()
            for name in (*NUMBERS, "weather"):
                if chance.random() < 0.3:
                    continue
                kind = "category" if name == "weather" else "measurement"
                values = (
                    (None, chance.choice(TEXTS))
                    if name == "weather"
                    else (chance.choice((0.0, 1.0, 2.5, 7.0)), None)
                )
                if name == "no2" and number == 7:
                    values = (float("nan"), None)
                connection.execute(
                    "WITH one AS (INSERT INTO datastreams (thing_id, observed_property_code, unit, result_type)"
                    " VALUES (%s, %s, '1', %s) RETURNING datastream_id)"
                    " INSERT INTO latest SELECT datastream_id, %s, '2026-11-24T09:00:00Z', %s, %s, NULL, NULL, 1 FROM one",
                    [row[0], name, kind, chance.randint(1, 4), *values],
                )
    with standing(standing_city) as api:
        yield api


def comparison(chance: random.Random) -> Expression:
    name, sign = chance.choice((*NUMBERS, "weather")), chance.choice(list(SIGNS))
    compare = SIGNS[sign]
    if name == "weather":
        text = chance.choice(TEXTS)
        written = text.replace("\\", "\\\\")
        sign = sign if sign in {"==", "!="} else "=="
        compare = SIGNS[sign]
        return (
            f'weather{sign}"{written}"',
            lambda entity: "weather" in entity and compare(entity["weather"]["value"], text),
        )
    way = chance.random()
    if way < 0.15:
        return name, lambda entity: name in entity
    if way < 0.3:
        flag = chance.randint(1, 4)
        return (
            f"{name}.qualityFlag{sign}{flag}",
            lambda entity: name in entity and compare(entity[name]["qualityFlag"]["value"], flag),
        )
    if way < 0.45:
        low, high = sorted((chance.randint(0, 3), chance.randint(0, 8)))
        is_inside = chance.random() < 0.5
        return (
            f"{name}{'==' if is_inside else '!='}{low}..{high}",
            lambda entity: name in entity and (low <= entity[name]["value"] <= high) == is_inside,
        )
    if way < 0.6:
        some = [chance.choice((0, 1, 2.5, 9)) for _ in range(2)]
        is_one = chance.random() < 0.5
        return (
            f"{name}{'==' if is_one else '!='}{some[0]},{some[1]}",
            lambda entity: name in entity and (entity[name]["value"] in some) == is_one,
        )
    value = chance.choice((0, 1, 2.5, 7, 3))
    return f"{name}{sign}{value}", lambda entity: name in entity and compare(entity[name]["value"], value)


def expression(chance: random.Random, depth: int = 0) -> Expression:
    if depth > 2 or chance.random() < 0.4:
        return comparison(chance)
    parts = [expression(chance, depth + 1) for _ in range(2)]
    is_and = chance.random() < 0.5
    text = (";" if is_and else "|").join(f"({one})" for one, _ in parts)
    together = all if is_and else any
    return text, lambda entity: together(holds(entity) for _, holds in parts)


def test_random_queries(many: Api, seed: int) -> None:
    chance = random.Random(seed)
    root = "/ngsi-ld/v1/entities"
    every = many.get(f"{root}?idPattern=:q-&limit=100").json()
    assert len(every) == 60
    assert "no2" not in next(entity for entity in every if entity["id"].endswith("q-07"))
    sizes = set()
    for _ in range(150):
        text, holds = expression(chance)
        answer = many.get(f"{root}?{urlencode({'idPattern': ':q-', 'limit': 100, 'q': text})}")
        assert answer.status_code == 200, (text, answer.text)
        # What is no number is in no entity, though something was observed.
        found = [entity["id"] for entity in answer.json() if not entity["id"].endswith("q-07")]
        assert found == [
            entity["id"] for entity in every if holds(entity) and not entity["id"].endswith("q-07")
        ], text
        sizes.add(len(found))
    assert len(sizes) > 10
