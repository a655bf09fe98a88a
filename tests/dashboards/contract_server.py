"""Answers of the shape that ``docs/api.md`` promises, from a small city made by formula.

The pages' tests and work on the pages run against it: ``python -m tests.dashboards.contract_server 8099``.
It holds no code of the hub; the browser test uses the real API.
"""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.dashboards import contract_desk
from tests.dashboards.contract_city import KINDS, PLACES, PROPERTIES, limits

HOUR = timedelta(hours=1)


@dataclass
class City:
    """``things_each`` of every kind in every place; ``down`` answers 503 to everything."""

    now: datetime
    things_each: int = 2
    places: bool = True
    simulated: bool = True
    down: bool = False
    #: What a page's own tests answer beside these, by path: rows for the parameters of a question.
    more: dict[str, Callable[[dict[str, str]], object]] = field(default_factory=dict)
    #: How many are open.
    alerts: int = 0
    hackathons: list[dict[str, object]] = field(default_factory=list)
    forecast: dict[str, object] = field(default_factory=dict)
    #: How probably each hour of a forecast exceeds a limit, in hours; none where it has none.
    odds: list[float] = field(default_factory=list)
    #: Views that somebody shares, by the codes of their links.
    views: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    limits: list[dict[str, object]] = field(default_factory=list)
    #: Paths that a fault of their own keeps from answering.
    broken: frozenset[str] = frozenset()
    #: Paths that say nothing until the server ends.
    hanging: frozenset[str] = frozenset()
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.limits = limits()
        self.things: list[dict[str, object]] = []
        self.streams: list[dict[str, object]] = []
        if self.things_each:
            for place in PLACES:
                for kind in KINDS:
                    for number in range(self.things_each):
                        self._thing(place, kind, number)
            self._recorded()

    def _thing(self, place: str, kind: str, number: int) -> None:
        name_en, name_ar, properties, interval = KINDS[kind]
        place_en, place_ar, longitude, latitude, wide, high = PLACES[place]
        turn = (hash_of(kind) + number * 2.4) % (2 * math.pi)
        at = [longitude + 0.6 * wide * math.cos(turn), latitude + 0.6 * high * math.sin(turn)]
        self._add(
            thing=f"{kind}-{place}-{number + 1}".replace("_", "-"),
            kind=kind,
            name={"en": f"{name_en} {place_en} {number + 1}", "ar": f"{name_ar} {place_ar} {number + 1}"},
            source="muscat" if self.simulated else "city",
            at=None if kind == "bus" else at,
            moving=at,
            place=None if kind == "bus" else place,
            properties=properties,
            interval=interval,
        )

    def _recorded(self) -> None:
        self._add(
            thing="i94", kind="traffic", name={"en": "Interstate 94, station 301", "ar": "الطريق I-94، المحطة 301"},
            source="i94-minneapolis", at=None, moving=None, place=None, properties=("vehicle_flow",), interval=3600,
        )  # fmt: skip

    def _add(self, *, thing, kind, name, source, at, moving, place, properties, interval) -> None:
        location = None if at is None else {"type": "Point", "coordinates": at}
        streams = []
        for code in properties:
            stream = {
                "datastream": len(self.streams) + 1, "thing": thing, "thing_name": name, "observed_property": code,
                "unit": PROPERTIES[code][3], "result_type": "position" if code == "location" else "measurement",
                "interval_seconds": interval, "source": source, "simulated": source == "muscat", "place": place,
                "has_forecast": code in {"vehicle_flow", "pm2_5", "free_spaces"}, "moving": moving,
            }  # fmt: skip
            self.streams.append(stream)
            streams.append(
                {key: stream[key] for key in ("datastream", "observed_property", "unit", "result_type")}
            )
        self.things.append({
            "thing": thing, "kind": kind, "name": name, "source": source, "simulated": source == "muscat",
            "location": location, "place": place, "datastreams": streams,
        })  # fmt: skip

    def value(self, stream, moment: datetime) -> float:
        *_, middle, swing = PROPERTIES[stream["observed_property"]]
        hour = moment.hour + 4 + moment.minute / 60
        day = math.sin((hour - 9) * math.pi / 12) + 0.4 * math.sin((hour - 7) * math.pi / 6)
        return round(max(0.0, middle + swing * 0.7 * day + swing * 0.15 * math.sin(stream["datastream"])), 2)

    def answer(self, path: str, query: dict[str, str]) -> object:
        data = {
            "/v1/things": lambda: self.things,
            "/v1/datastreams": lambda: [without(one, "moving") for one in self.streams],
            "/v1/observed-properties": self.properties,
            "/v1/sources": self.sources,
            "/v1/latest": lambda: self.latest(query.get("include")),
            "/v1/limits": lambda: self.limits,
            "/v1/air-quality": self.air_quality,
            "/v1/observations": lambda: self.hours(query),
            "/v1/alerts": self.alerts_open,
            "/v1/presence": self.presence,
            "/v1/datasets": self.datasets,
            "/v1/innovation/hackathons": lambda: self.hackathons,
            "/v1/innovation/calls": list,
            "/v1/forecasts": lambda: self.forecasts(query),
        }
        if path == "/v1/places":
            features = self.outlines() if self.places else []
            return {"type": "FeatureCollection", "features": features, "meta": self.meta()}
        if path.startswith("/v1/innovation/views/"):
            known = self.views.get(path.rpartition("/")[2])
            return None if known is None else {"data": known}
        if path in contract_desk.SINGLE:
            return {"data": contract_desk.SINGLE[path](self), "meta": self.meta()}
        asked = data.get(path) or contract_desk.lists(self, path, query)
        rows = self.more[path](query) if path in self.more else asked()
        meta = self.meta()
        if path == "/v1/observations" and "datastream" in query:
            meta |= {"datastream": without(self.streams[int(query["datastream"]) - 1], "moving")}
        # Pages of a hundred, or as large as they are asked for.
        start, limit = int(query.get("cursor", 0)), max(100, int(query.get("limit", 0)))
        more = str(start + limit) if start + limit < len(rows) else None
        return {"data": rows[start : start + limit], "next": more, "meta": meta}

    def meta(self) -> dict[str, object]:
        return {"as_of": z(self.now), "newest_phenomenon_time": z(self.now), "age_seconds": 0.0}

    def properties(self):
        return [
            {"observed_property": code, "name": {"en": en, "ar": ar}, "sector": sector, "unit": unit,
             "lower_bound": 0, "upper_bound": None,
             "datastream_count": sum(one["observed_property"] == code for one in self.streams)}
            for code, (en, ar, sector, unit, *_) in PROPERTIES.items()
        ]  # fmt: skip

    def sources(self):
        return [
            {"source": "muscat", "kind": "simulated", "simulated": True, "licence": None, "attribution": None,
             "name": {"en": "Simulated Muscat", "ar": "مسقط المحاكاة"}},
            {"source": "city", "kind": "device", "simulated": False, "licence": None, "attribution": None,
             "name": {"en": "City sensors", "ar": "مستشعرات المدينة"}},
            {"source": "i94-minneapolis", "kind": "recorded", "simulated": False, "licence": "CC BY 4.0",
             "attribution": "Metro Interstate Traffic Volume, UCI Machine Learning Repository",
             "name": {"en": "Interstate 94, Minneapolis", "ar": "الطريق السريع I-94، منيابولس"}},
        ]  # fmt: skip

    def outlines(self):
        features = []
        for code, (en, ar, x, y, wide, high) in PLACES.items():
            ring = [
                [
                    round(x + wide * math.cos(turn * math.pi / 6), 4),
                    round(y + high * math.sin(turn * math.pi / 6), 4),
                ]
                for turn in range(12)
            ]  # counter-clockwise, as RFC 7946 wants
            features.append({
                "type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
                "properties": {"place": code, "kind": "wilayat", "name": {"en": en, "ar": ar}, "parent": None,
                               "provenance": "by formula", "zone": None, "thing_count": 0},
            })  # fmt: skip
        return features

    def latest(self, include=None):
        rows = []
        for stream in self.streams:
            number = stream["datastream"]
            if stream["source"] == "i94-minneapolis" or number % 29 == 5:
                continue  # a recording that ended years ago would be silent; one in 29 never reported
            silent = number % 17 == 3
            moment = self.now - (timedelta(hours=7) if silent else timedelta(seconds=number % 50))
            result = (
                stream["moving"] if stream["observed_property"] == "location" else self.value(stream, moment)
            )
            thing = next(one for one in self.things if one["thing"] == stream["thing"])
            rows.append(without(stream, "moving", "has_forecast") | {
                "phenomenon_time": z(moment), "result": result, "quality": 4 if number % 23 == 7 else 1,
                "age_seconds": (self.now - moment).total_seconds(), "location": thing["location"],
            })  # fmt: skip
        if include == "unreviewed":
            roof = {
                "thing": "roof-1",
                "thing_name": {"en": "Roof", "ar": "سطح"},
                "reviewed": False,
                "result": 47.5,
            }
            rows.append(next(one for one in rows if one["observed_property"] == "pm2_5") | roof)
        return rows

    def air_quality(self):
        """Fine particles by the index: moderate everywhere."""
        end = self.now.replace(minute=0, second=0, microsecond=0)
        return [
            {
                "location": thing["location"], "start": z(end - HOUR), "end": z(end), "place": thing["place"], "place_name": None,
                "thing": thing["thing"], "thing_name": thing["name"], "source": thing["source"],
                "simulated": thing["simulated"], "thing_count": 1, "index": "us", "value": 60 + number % 30,
                "beyond": False, "level": "moderate", "level_name": {"en": "Moderate", "ar": "متوسط"},
                "colour": "#fff3b0", "observed_property": "pm2_5", "averaging": "PT24H", "method": "nowcast",
                "coverage": 1.0, "parts": [],
                "advice": [
                    {"group": "general", "text": {"en": "Go on as usual.", "ar": "تابع يومك كالمعتاد."}},
                    {"group": "sensitive", "text": {"en": "Watch for coughing.", "ar": "انتبه إلى السعال."}},
                ],
            }
            for number, thing in enumerate(self.things) if thing["kind"] == "air_quality"
        ]  # fmt: skip

    def alerts_open(self):
        """One of the first air station, if there is any, since two hours."""
        return [
            {
                "alert": "7", "rule": "dust", "kind": "threshold", "name": {"en": "Dust", "ar": "غبار"},
                "text": {"en": "Stay inside.", "ar": "ابق في الداخل."}, "severity": "severe", "category": "env",
                "thing": thing["thing"], "thing_name": thing["name"], "source": thing["source"],
                "simulated": thing["simulated"], "place": thing["place"], "place_name": None, "location": None,
                "datastream": 2, "observed_property": "pm10", "index": None, "value": 212.0, "unit": "ug/m3", "above": 150.0, "below": None, "bound_unit": None, "probability": None,
                "raised_at": z(self.now - 2 * HOUR), "noted_at": z(self.now - 2 * HOUR), "expected_at": None,
                "cleared_at": None, "acknowledged_at": None, "false_alarm": None,
            }
            for thing in self.things if thing["kind"] == "air_quality"
        ][: self.alerts]  # fmt: skip

    def presence(self):
        rows = self.latest()
        return [
            {key: row[key] for key in ("datastream", "thing", "thing_name", "observed_property", "source", "simulated", "place")}
            | {"presence": "silent" if row["age_seconds"] > HOUR.total_seconds() else "healthy", "newest_phenomenon_time": row["phenomenon_time"],
               "age_seconds": row["age_seconds"], "interval_seconds": row["interval_seconds"], "quality": row["quality"],
               "connection": None, "connection_since": None}
            for row in rows
        ]  # fmt: skip

    def datasets(self):
        return [
            {
                "dataset": one["source"], "kind": one["kind"], "simulated": one["simulated"], "name": one["name"],
                "description": None, "provider": {"name": None, "homepage": None}, "licence": None, "attribution": one["attribution"],
                "observed_properties": [], "thing_count": sum(thing["source"] == one["source"] for thing in self.things),
                "datastream_count": 3, "temporal": {"start": z(self.now - 48 * HOUR)}, "spatial": {"bbox": None, "places": []},
                "interval_seconds": 300, "day_count": 2, "bulk_file_count": 2, "newest_phenomenon_time": z(self.now),
                "age_seconds": 1.0, "distributions": [],
            }
            for one in self.sources() if self.things
        ]  # fmt: skip

    def hours(self, query: dict[str, str]):
        if "datastream" not in query:
            rows = []
            for one in self.streams:
                if all(
                    one[key] == query[key] for key in ("observed_property", "thing", "place") if key in query
                ):
                    rows += [
                        self.whose(one) | hour
                        for hour in self.hours(query | {"datastream": one["datastream"]})
                    ]
            return rows
        stream = self.streams[int(query["datastream"]) - 1]
        moment, end = instant(query["start"]), instant(query["end"])
        rows: list[dict[str, object]] = []
        step = timedelta(hours={"P1D": 24, "P1M": 720}.get(query.get("bucket", ""), 1))
        while moment < min(end, self.now):
            mean = self.value(stream, moment)
            rows.append({
                "bucket_start": z(moment), "mean": mean, "minimum": mean, "maximum": mean,
                "standard_deviation": 0.0, "p05": mean, "p50": mean, "p95": mean, "observation_count": 12,
                "expected_count": 12, "completeness": 1.0, "good_count": 12, "not_evaluated_count": 0,
                "suspect_count": 0, "bad_count": 0,
            })  # fmt: skip
            moment += step
        return rows

    @staticmethod
    def whose(stream):
        return {key: stream[key] for key in ("datastream", "thing", "observed_property", "unit", "simulated")}

    def forecasts(self, query: dict[str, str]):
        """Of one datastream with its hours, issued by an instant; or of all without."""
        if "datastream" not in query:
            numbers = [one["datastream"] for one in self.streams if one["has_forecast"]]
            return [row | {"values": []} for one in numbers for row in self.forecasts({"datastream": one})]
        stream = self.streams[int(query["datastream"]) - 1]
        if not stream["has_forecast"]:
            return []
        by = instant(query["issued_by"]) if "issued_by" in query else self.now
        origin = by.replace(minute=0, second=0, microsecond=0)
        swing = PROPERTIES[stream["observed_property"]][5]
        row = {
            "datastream": stream["datastream"], "thing": stream["thing"],
            "observed_property": stream["observed_property"], "unit": stream["unit"],
            "issued_at": z(origin + timedelta(minutes=2)), "origin": z(origin), "horizon_hours": 48,
            "model": "prophet", "baseline": "seasonal_naive_168", "mae": 0.088 * swing, "baseline_mae": 0.1 * swing,
            "skill": 0.12, "backtest_origins": 6, "coverage": {"50": 0.52, "80": 0.78, "95": 0.94},
            "training_start": z(origin - timedelta(days=84)), "training_hours": 2016, "fallback_reason": None, "issue": 7, "provisional": False, "choice": None, "levels": [],
            "explanation": {"en": "", "ar": ""},
            "candidates": [{"model": "prophet", "mae": 0.088 * swing, "skill": 0.12},
                           {"model": "seasonal_naive_168", "mae": 0.1 * swing, "skill": 0.0}],
            "simulated": stream["simulated"],
            "values": [self.step(stream, origin + number * HOUR, swing * (0.1 + number / 400)) for number in range(48)],
        }  # fmt: skip
        return [row | self.forecast]

    def step(self, stream, moment: datetime, width: float):
        median = self.value(stream, moment)
        edges = {}
        for level, factor in (("50", 0.7), ("80", 1.3), ("95", 2.0)):
            edges |= {
                f"lower_{level}": max(0.0, median - factor * width),
                f"upper_{level}": median + factor * width,
            }
        return {"phenomenon_time": z(moment), "median": median} | edges


MISSING = {
    "type": "about:blank", "title": "Nothing here", "status": 404, "detail": "There is nothing here.", "code": "not_found",
    "instance": "/",
}  # fmt: skip


def hash_of(text: str) -> float:
    return sum(map(ord, text)) / 7


def without(row, *keys):
    return {key: value for key, value in row.items() if key not in keys}


def z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def handler(city: City) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            city.asked.append(self.path)
            query = {key: values[0] for key, values in parse_qs(address.query).items()}
            if address.path in city.hanging:
                city.ended.wait()
                return
            down = city.down or address.path in city.broken
            body = {"title": "the database is away"} if down else city.answer(address.path, query)
            status = 503 if down else 404 if body is None else 200
            body = MISSING if body is None else body
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


@contextmanager
def serving(city: City, port: int = 0) -> Iterator[str]:
    """The city on a loopback port; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(city))
    # It is stopped after every test, which takes as long as it waits between two looks.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        city.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(City(datetime.now(UTC)), int(sys.argv[1])) as address:
        sys.stderr.write(f"{address}\n")
        threading.Event().wait()
