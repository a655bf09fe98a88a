"""Sentences from claims, and the overview's claims against a computation of their own."""

from __future__ import annotations

import random
import re

import pytest

from citycore.limits.model import Level
from dashboards.answers import Claim, Counted, Listed, Texts, Value, listed_names, sentence
from dashboards.changes import directions, since_last
from dashboards.language import Words
from dashboards.model import Name
from dashboards.overview.claims import CityState, District, claims_of
from dashboards.overview.usual import slower

EN, AR = Words("en"), Words("ar")
LEVELS = [
    Level(code=en, rank=rank, colour="#ffffff", name={"en": en, "ar": ar}, advice={})
    for rank, (en, ar) in enumerate(
        [("Good", "جيد"), ("Moderate", "متوسط"), ("Unhealthy", "غير صحي"), ("Hazardous", "خطير")]
    )
]
PLACES = [Name("Seeb", "السيب"), Name("Bawshar", "بوشر"), Name("Mutrah", "مطرح"), Name("Muscat", "مسقط")]
ROADS = [Name(f"Road {n}", f"الطريق {n}") for n in range(5)]
AREAS = ("air", "alerts", "roads", "judged")
POLLUTANTS = [Name("Fine particles", "الجسيمات الدقيقة"), Name("Ozone", "الأوزون")]


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def random_city(dice: random.Random) -> CityState:
    total = dice.choice([0, 1, 2, 40])
    return CityState(
        districts=[
            District(name, LEVELS[dice.choice([0, 0, 1, 1, 2, 3])], float(dice.randrange(300)))
            for name in dice.sample(PLACES, dice.randrange(5))
        ],
        slow=dice.sample(ROADS, dice.choice([0, 0, 1, 2, 5])),
        alert_count=dice.choice([0, 0, 1, 2, 7, 30]),
        silent=dice.choice([0, 0, 1, total]) if total else 0,
        total=total,
        unread=[area for area in AREAS if dice.random() < 0.15],
        above=dice.sample(POLLUTANTS, dice.choice([0, 0, 0, 1, 2])),
    )


def recomputed(city: CityState) -> dict[str, object]:
    """What is true of a city, by another way: facts, none of them in the words of claims."""
    ranks = sorted((one.level.rank for one in city.districts), reverse=True)
    worst = {one.name.en for one in city.districts if ranks and one.level.rank == ranks[0]}
    return {
        "nobody": city.total == 0,
        "level": LEVELS[ranks[0]].code if ranks else None,
        "worst": worst,
        "everywhere": len(ranks) > 1 and ranks[0] == ranks[-1],
        "slow": {one.en for one in city.slow},
        "alerts": city.alert_count,
        "silent": 0 if city.silent == city.total else city.silent,
        "dead": city.total > 0 and city.silent == city.total,
        "unread": set(city.unread),
        "above": {one.en for one in city.above},
    }


def told(claims: list[Claim]) -> dict[str, object]:
    """What claims say, read back one by one."""
    said = {claim.key: claim.fields for claim in claims}
    air = said.get("overview.air") or said.get("overview.air_everywhere") or {}
    names = air.get("districts")
    slow = said.get("overview.slow", {}).get("roads", Listed(()))
    alerts = said.get("overview.alerts", {}).get("alerts", Counted("", 0))
    silent = said.get("overview.silent", {}).get("sensors", Counted("", 0))
    above = said.get("overview.above", {}).get("properties", Listed(()))
    assert isinstance(slow, Listed)
    assert isinstance(above, Listed)
    assert isinstance(alerts, Counted)
    assert isinstance(silent, Counted)
    level = air.get("level")
    return {
        "nobody": "answer.no_sensors" in said,
        "level": level.texts["en"] if isinstance(level, Texts) else None,
        "worst": {one.en for one in names.names} if isinstance(names, Listed) else None,
        "everywhere": "overview.air_everywhere" in said,
        "slow": {one.en for one in slow.names},
        "alerts": alerts.number,
        "silent": silent.number,
        "dead": "overview.all_silent" in said,
        "unread": {key.rsplit(".", 1)[1] for key in said if key.startswith("overview.unread.")},
        "above": {one.en for one in above.names},
    }


def test_every_claim_of_200_random_cities_is_true_and_none_is_missing():
    dice = random.Random(20261128)
    seen = set()
    for _ in range(200):
        city = random_city(dice)
        claims, facts = claims_of(city), recomputed(city)
        keys = [claim.key for claim in claims]
        seen |= set(keys)
        assert len(keys) == len(set(keys))
        if facts["nobody"]:
            assert keys == ["answer.no_sensors"]
            continue
        said = told(claims)
        if facts["everywhere"]:
            assert said["worst"] is None
        else:
            assert (said["worst"] or set()) == facts["worst"]
        if facts["dead"]:  # nothing else is called normal then, nor unread
            assert keys[-1] == "overview.all_silent"
            facts["unread"] = set()
        else:
            quiet = not (
                facts["worst"]
                or facts["above"]
                or facts["slow"]
                or facts["alerts"]
                or facts["silent"]
                or facts["unread"]
            )
            assert keys[-1] == ("overview.all_normal" if quiet else "overview.else_normal")
        for fact in ("level", "everywhere", "above", "slow", "alerts", "silent", "dead", "unread"):
            assert said[fact] == facts[fact], (fact, city)
        assert all(sentence(claims, words).endswith(".") for words in (EN, AR))
    assert len(seen) >= 11, "every kind of claim was met"


def test_a_city_reads_as_a_planner_would_say_it():
    districts = [District(PLACES[1], LEVELS[1], 60.0), District(PLACES[0], LEVELS[0], 20.0)]
    city = CityState(districts, ROADS[:2], 1, 2, 40, above=POLLUTANTS)
    assert plain(sentence(claims_of(city), EN)) == (
        "Air is moderate in Bawshar; above the guideline or limit: Fine particles and Ozone; traffic is slower than usual at Road 0 and Road 1; one alert is open; "
        "2 sensors are silent; all else is normal."
    )
    assert plain(sentence(claims_of(city), AR)) == (
        "مستوى جودة الهواء متوسط في بوشر؛ أعلى من القيمة الإرشادية أو الحد: الجسيمات الدقيقة والأوزون؛ حركة المرور أبطأ من المعتاد عند الطريق 0 والطريق 1؛ تنبيه واحد مفتوح؛ "
        "مستشعران بلا إرسال؛ وما عدا ذلك طبيعي."
    )


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (1, "Seeb", "السيب"),
        (2, "Seeb and Bawshar", "السيب وبوشر"),
        (3, "Seeb, Bawshar and Mutrah", "السيب وبوشر ومطرح"),
        (4, "Seeb, Bawshar, Mutrah and Muscat", "السيب وبوشر ومطرح ومسقط"),
    ],
)
def test_names_are_listed_as_each_language_does(count, english, arabic):
    names = Listed(tuple(PLACES[:count]))
    assert (listed_names(names, EN), listed_names(names, AR)) == (english, arabic)


def test_many_names_are_counted():
    assert listed_names(Listed((*PLACES, *ROADS)), EN) == "Seeb, Bawshar, Mutrah and 6 more"


def test_values_stand_with_their_units_and_nothing_is_nothing():
    claim = Claim(
        "map.highest",
        {"property": Name("PM10", "PM10"), "value": Value(31.2, "ug/m3"), "places": Listed((PLACES[0],))},
    )
    assert plain(sentence([claim], EN)) == "PM10 is highest at Seeb, with 31.2 µg/m³."
    assert sentence([], EN) == ""


WEEKS = [{"a": 60.0, "b": 60.0, "c": 60.0}, {"a": 62.0, "b": 58.0}, {"a": 58.0, "b": 62.0}, {"b": 61.0}]


@pytest.mark.parametrize(
    ("now", "slow"),
    [
        ({"a": 60.0, "b": 60.0}, []),
        ({"a": 48.0, "b": 48.6}, ["a"]),
        ({"a": 40.0, "b": 30.0}, ["b", "a"]),
        ({"c": 1.0, "d": 1.0}, []),  # one week, or none, is no usual
        ({}, []),
    ],
)
def test_a_road_is_slow_by_its_own_weeks(now, slow):
    assert slower(now, WEEKS) == slow


def test_what_reads_otherwise_than_before_has_a_direction():
    assert directions(
        {"a": 1.0, "b": 2.0, "c": None, "d": 12.301}, {"a": 1.5, "b": 1.0, "c": 3.0, "d": 12.302, "e": 4.0}
    ) == {
        "a": "up",
        "b": "down",
    }


def test_another_place_is_no_change():
    session = {}
    assert since_last("overview seeb", {"a": 1.0}, session) == {}
    assert since_last("overview seeb", {"a": 2.0}, session) == {"a": "up"}
    assert since_last("overview mutrah", {"a": 9.0}, session) == {}
