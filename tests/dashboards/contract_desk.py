"""What the city of the contract answers about itself: gaps, flags, its ledger, and what people take part in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dashboards.contract_server import City

HOUR = timedelta(hours=1)


def ledger(city: City) -> dict[str, object]:
    return {
        "received": 1_000, "stored": 960, "duplicate": 25, "conflicting": 5, "quarantined": 10, "batches": 40,
        "lag_seconds": 0.4, "committed_at": z(city), "closes": True,
    }  # fmt: skip


def status(city: City) -> dict[str, object]:
    return {"dead_letters": {"open_count": 7, "counted_at": z(city)}}


#: Answers that are one element.
SINGLE: dict[str, Callable[[City], dict[str, object]]] = {"/v1/ledger": ledger, "/v1/status": status}


def lists(city: City, path: str, query: dict[str, str]) -> Callable[[], list[dict[str, Any]]]:
    """Lists beside those of the city itself; empty for what nothing is known of."""
    if path.endswith("/gaps"):
        return lambda: gaps(city, int(path.split("/")[3]))
    if path.endswith("/flags"):
        return lambda: flags(city, int(path.split("/")[3]))
    known: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "/v1/forecasts/exceedance": lambda: exceedance(city, int(query["datastream"])),
        "/v1/forecasts/skill": lambda: skill(city, int(query["datastream"])),
        "/v1/bulk": lambda: bulk(city),
        "/v1/calendar": lambda: calendar(city),
    }
    return known.get(path, list)


def gaps(city: City, number: int) -> list[dict[str, Any]]:
    """One that is over, two days ago; and one that goes on where nothing has come since seven hours."""
    past = city.now - timedelta(days=2)
    over = [(past, past + 3 * HOUR, "offline")]
    on = [(city.now - 7 * HOUR, None, "unknown")] if number % 17 == 3 else []
    return [
        {"start": stamp(start), "end": None if end is None else stamp(end), "local_date": start.date().isoformat(),
         "zone": "Asia/Muscat", "reason": reason}
        for start, end, reason in (*over, *on)
    ]  # fmt: skip


def flags(city: City, number: int) -> list[dict[str, Any]]:
    return [
        {"phenomenon_time": stamp(city.now - hours * HOUR), "test": "spike", "quality": 3, "anomaly": None}
        for hours in range(number % 3)
    ]


def exceedance(city: City, number: int) -> list[dict[str, Any]]:
    stream = city.streams[number - 1]
    origin = city.now.replace(minute=0, second=0, microsecond=0)
    told = {
        "datastream": stream["datastream"], "thing": stream["thing"], "observed_property": stream["observed_property"],
        "unit": stream["unit"], "issued_at": stamp(origin), "simulated": stream["simulated"], "table": "who_2021",
        "table_name": {"en": "WHO guidelines", "ar": "إرشادات منظمة الصحة العالمية"}, "averaging": "PT1H",
        "statistic": "mean", "exceedances_per_year": None, "limit_unit": stream["unit"], "level": "above",
        "level_name": {"en": "Above", "ar": "فوق"}, "bound": 20, "threshold": 20, "relation": "about",
        "method": "linear_between_quantiles", "not_judged": None, "conversion": None,
    }  # fmt: skip
    return [
        told | {"phenomenon_time": stamp(origin + hour * HOUR), "probability": one}
        for hour, one in enumerate(city.odds)
    ]


def skill(city: City, number: int) -> list[dict[str, Any]]:
    """Two blocks of the horizon, the second of which nothing has come of yet."""
    stream = city.streams[number - 1]
    bands = {"50": 0.51, "80": 0.79, "95": 0.96}
    told = {key: stream[key] for key in ("datastream", "thing", "observed_property", "unit", "simulated")}
    promised = {
        "hours": 144, "mae": 2.0, "mase": 0.8, "skill": 0.2, "pinball": 1.0, "crps": 1.5,
        "winkler": {"50": 1, "80": 2, "95": 3}, "coverage": bands,
    }  # fmt: skip
    came = {
        "since": "2026-10-01",
        "days": 20,
        "hours": 480,
        "mae": 2.5,
        "baseline_mae": 2.4,
        "skill": -0.04,
        "coverage": bands,
    }
    nothing = {**came, "since": None, "days": 0, "hours": 0, "mae": None, "baseline_mae": None, "skill": None,
               "coverage": dict.fromkeys(bands)}  # fmt: skip
    return [
        told | {"issued_at": z(city), "model": "prophet", "baseline": "seasonal_naive_168", "first_hour": first,
                "last_hour": last, "promised": promised, "came_true": true}
        for first, last, true in ((1, 24, came), (25, 48, nothing))
    ]  # fmt: skip


def calendar(city: City) -> list[dict[str, Any]]:
    """A holiday of two days that begins today."""
    return [
        {"country": "OM", "kind": "holiday", "first_date": city.now.date().isoformat(),
         "last_date": (city.now.date() + timedelta(days=1)).isoformat(), "confirmed": False, "announced_by": "moon",
         "shipped": True, "name": {"en": "A holiday", "ar": "عطلة"}}
    ]  # fmt: skip


def bulk(city: City) -> list[dict[str, Any]]:
    """The last two days of the first source."""
    if not city.things:
        return []
    days = [(city.now.date() - timedelta(days=number)).isoformat() for number in (2, 1)]
    return [
        {"dataset": "muscat", "date": day, "zone": "Asia/Muscat", "url": f"https://hub.example/v1/bulk/muscat/{day}.parquet",
         "path": f"muscat/{day}.parquet", "row_count": 123_456, "byte_count": 2_500_000, "sha256": "ab" * 32,
         "first_phenomenon_time": z(city), "last_phenomenon_time": z(city), "generated_at": z(city)}
        for day in days
    ]  # fmt: skip


def z(city: City) -> str:
    return stamp(city.now)


def stamp(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
