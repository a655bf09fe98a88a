"""``falaj demo --check``: every step of the data's way, proved with real requests from outside.

The steps of one probe thing come first, while nobody else publishes, so that the ledger can be
held to exact numbers; then the city and the recordings start.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from citycore.clock import system_clock
from citycore.intervals import HOUR, floor_hour
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.settings import BrokerSettings, StoreSettings
from citycore.topics import Address, build_topic
from citycore.wire import encode
from stack.hub import Hub
from stack.processes import ask
from stack.texts import text

PROBE = Address("check", "check-probe")
PROPERTY = "pm2_5"
RESULTS = (10.0, 11.0, 12.0, 13.0, 14.0, 15.0)
#: The shipped recording that is long enough for a forecast.
RECORDED = ("i94-atr-301", "vehicle_flow")
#: What the marketplace shows of the story, by page.
MARKET_PAGES = {
    "calls": "Research call: open sensors (demo)",
    "offerings": "Warnings that everybody understands",
    "needs": "Parking at the old market (demo)",
    "pilots": "Wadi crossings: three gauges (demo)",
}
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Row:
    step: str
    seen: str
    seconds: float
    good: bool


@dataclass(slots=True)
class Proof:
    """Takes steps one after another; a step is repeated until it holds or its time is over."""

    hub: Hub
    end: float
    rows: list[Row] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def step(self, name: str, look: Callable[[], tuple[bool, str]]) -> None:
        """``look`` says whether the step holds now, and what it saw."""
        began = time.monotonic()
        end = min(self.end, began + self.hub.settings.check_step_seconds_max)
        while True:
            good, seen = self._look(look)
            if good or time.monotonic() > end:
                break
            self.hub.tend()
            self.hub.stop.wait(POLL_SECONDS)
        self.rows.append(Row(name, seen, time.monotonic() - began, good))

    def get(self, path: str, **parameters: object) -> Any:
        """The JSON of one API answer; :class:`LookupError` unless it is a 200."""
        return json.loads(self.get_bytes(path, **parameters))

    def get_bytes(self, path: str, **parameters: object) -> bytes:
        answer = ask(f"{self.hub.api_url}{path}?{urlencode(parameters)}", self.hub.settings.probe_seconds_max)
        if answer is None:
            raise LookupError(f"{path}: no answer")
        if answer.status != 200:
            raise LookupError(f"{path}: {answer.status} {answer.body[:200].decode('utf-8', 'replace')}")
        return answer.body

    def ledger(self) -> dict[str, int]:
        data = self.get("/v1/ledger")["data"]
        names = ("received", "stored", "duplicate", "conflicting", "quarantined")
        return {name: int(data[name]) for name in names}

    @staticmethod
    def _look(look: Callable[[], tuple[bool, str]]) -> tuple[bool, str]:
        try:
            return look()
        except (LookupError, ValueError, TypeError) as error:
            return False, f"{type(error).__name__}: {error}"


def prove(hub: Hub, console: Console) -> bool:
    """Start the hub, take every step, print the table; whether all of them held."""
    began = time.monotonic()
    proof = Proof(hub, began + hub.settings.check_seconds_max)
    hub.start()
    answering = f"{hub.api_url}, {hub.dashboards_url}"
    proof.rows.append(Row(text("check.start"), answering, time.monotonic() - began, good=True))
    _prove_probe(proof, floor_hour(system_clock()) - HOUR)
    hub.start_city()
    _prove_city(proof)
    _print(proof, console, time.monotonic() - began)
    return all(row.good for row in proof.rows)


def _prove_probe(proof: Proof, hour: datetime) -> None:
    """One thing of our own: six results of one past hour, twice, and a broken message."""
    _register_probe(proof.hub)
    moments = [hour + timedelta(minutes=10 * index) for index in range(len(RESULTS))]
    messages = [encode(at, {PROPERTY: result}) for at, result in zip(moments, RESULTS, strict=True)]
    count = len(messages)
    named = {"thing": PROBE.thing, "observed_property": PROPERTY}
    span = {"start": f"{hour:%Y-%m-%dT%H:%M:%SZ}", "end": f"{hour + HOUR:%Y-%m-%dT%H:%M:%SZ}"}

    _publish_and_count(proof, "publish", messages, {"received": count, "stored": count})

    def latest() -> tuple[bool, str]:
        [value] = proof.get("/v1/latest", thing=PROBE.thing)["data"]
        return value["result"] == RESULTS[-1], f"{value['result']} {value['unit']}"

    def raw() -> tuple[bool, str]:
        rows = proof.get("/v1/observations", **named, **span, bucket="raw")["data"]
        results = tuple(row["result"] for row in rows)
        return results == RESULTS, ", ".join(f"{result:g}" for result in results)

    proof.step(text("check.latest"), latest)
    proof.step(text("check.raw"), raw)
    _publish_and_count(proof, "duplicate", messages, {"received": count, "duplicate": count})
    _publish_and_count(proof, "quarantined", [b'{"results": '], {"received": 1, "quarantined": 1})

    def hourly() -> tuple[bool, str]:
        [row] = proof.get("/v1/observations", **named, **span, bucket="PT1H")["data"]
        seen = f"mean {row['mean']:g}, {row['minimum']:g}–{row['maximum']:g}, n = {row['observation_count']}"
        wanted = (sum(RESULTS) / count, min(RESULTS), max(RESULTS), count)
        return (row["mean"], row["minimum"], row["maximum"], row["observation_count"]) == wanted, seen

    def csv() -> tuple[bool, str]:
        lines = proof.get_bytes("/v1/observations", **named, **span, f="csv").decode().splitlines()
        return len(lines) == count + 1, f"{lines[0]} + {len(lines) - 1}"

    proof.step(text("check.hourly"), hourly)
    proof.step(text("check.csv"), csv)


def _prove_city(proof: Proof) -> None:
    """The simulated city, a recording with its forecast, and all that needs no waiting."""
    from simulators.city import SOURCE_CODE, read_plan

    def things() -> tuple[bool, str]:
        values = proof.get("/v1/latest", source=SOURCE_CODE, limit=1000)["data"]
        speaking = {value["thing"] for value in values}
        honest = all(value["simulated"] for value in values)
        return len(speaking) >= 100 and honest, f"{len(speaking)} things, all labelled: {honest}"

    def places() -> tuple[bool, str]:
        features = proof.get("/v1/places")["features"]
        names = [feature["properties"]["name"] for feature in features]
        return len(names) >= 6 and all(name["ar"] and name["en"] for name in names), f"{len(names)} places"

    def problem() -> tuple[bool, str]:
        answer = ask(f"{proof.hub.api_url}/v1/latest?limit=many", proof.hub.settings.probe_seconds_max)
        if answer is None:
            raise LookupError("no answer")
        named = [error["parameter"] for error in json.loads(answer.body)["errors"]]
        return answer.status == 422 and named == ["limit"], f"{answer.status}: {', '.join(named)}"

    def dashboards() -> tuple[bool, str]:
        answer = ask(f"{proof.hub.dashboards_url}/?lang=ar", proof.hub.settings.probe_seconds_max)
        return (
            answer is not None and answer.status == 200 and b"<html" in answer.body,
            proof.hub.dashboards_url,
        )

    def routes() -> tuple[bool, str]:
        lines = proof.get("/v1/transport/routes", source=SOURCE_CODE)["data"]
        trips = sum(line["trip_count"] for line in lines)
        return len(lines) == len(read_plan()["routes"]), f"{len(lines)} lines, {trips} trips a day"

    def metrics() -> tuple[bool, str]:
        lines = proof.get_bytes("/metrics").decode().splitlines()
        samples = [line for line in lines if line and not line.startswith("#")]
        return len(samples) > 0, f"{len(samples)} samples"

    for name, look in (
        ("places", places),
        ("problem", problem),
        ("dashboards", dashboards),
        ("routes", routes),
        ("metrics", metrics),
        ("things", things),
    ):
        proof.step(text(f"check.{name}"), look)
    _prove_programme(proof)
    _prove_funding(proof)
    _prove_forecast(proof, *RECORDED)
    _prove_bulk_file(proof)

    def ledger() -> tuple[bool, str]:
        counts = proof.ledger()
        parts = counts["stored"] + counts["duplicate"] + counts["conflicting"] + counts["quarantined"]
        return counts["received"] == parts, f"{counts['received']:,} = {counts['stored']:,} + …"

    proof.step(text("check.ledger"), ledger)


def _prove_programme(proof: Proof) -> None:
    """The invented programme: its pages, its open data, a sign-in, and a log that nobody has touched."""
    from casework.governorates.model import Governorate

    def portal() -> tuple[bool, str]:
        pages = {language: proof.get_bytes("/portal", lang=language).decode() for language in ("ar", "en")}
        good = all(
            f'lang="{language}"' in page and 'class="demo"' in page for language, page in pages.items()
        )
        return good, ", ".join(f"{language}: {len(page):,}" for language, page in pages.items())

    def hackathons() -> tuple[bool, str]:
        states = [one["state"] for one in proof.get("/v1/innovation/hackathons")["data"]]
        wanted = {"results_final", "being_judged", "registration_open"}
        return wanted <= set(states), ", ".join(states)

    def reach() -> tuple[bool, str]:
        rows = proof.get("/v1/innovation/reach")["data"]
        homes = {row["governorate"] for row in rows if row["person_count"]}
        people = sum(row["person_count"] for row in rows)
        return set(Governorate) <= homes, f"{people:,} people, {len(homes)} governorates"

    def audit() -> tuple[bool, str]:
        chains, lines, damages = audit_of(proof.hub.environment)
        return chains >= 4 and damages == 0, f"{chains} chains, {lines:,} lines"

    for name, look in (
        ("portal", portal),
        ("hackathons", hackathons),
        ("reach", reach),
        ("audit", audit),
    ):
        proof.step(text(f"check.{name}"), look)


def _prove_funding(proof: Proof) -> None:
    """Calls, awards and the marketplace as everybody sees them, and a pilot whose values arrive."""
    from simulators.pilot import CROSSINGS, PILOT_CODE

    def calls() -> tuple[bool, str]:
        states = [one["state"] for one in proof.get("/v1/innovation/calls")["data"]]
        wanted = {"announced", "reviewing", "open", "forecasted"}
        return wanted <= set(states), ", ".join(states)

    def register() -> tuple[bool, str]:
        awards = proof.get("/v1/innovation/funding-awards")["data"]
        page = proof.get_bytes("/portal/awards", lang="en").decode()
        good = len(awards) >= 2 and all(one["name"]["en"] in page for one in awards)
        return good, f"{len(awards)} awards"

    def marketplace() -> tuple[bool, str]:
        sizes = {}
        for page, said in MARKET_PAGES.items():
            shown = proof.get_bytes(f"/portal/{page}", lang="en").decode()
            sizes[page] = len(shown) if said in shown else 0
        return all(sizes.values()), ", ".join(f"{page}: {size:,}" for page, size in sizes.items())

    def pilot() -> tuple[bool, str]:
        values = proof.get("/v1/latest", source=PILOT_CODE, limit=100)["data"]
        things = {value["thing"] for value in values}
        good = len(things) == len(CROSSINGS) and all(value["simulated"] for value in values)
        return good, f"{len(things)} things"

    for name, look in (
        ("calls", calls),
        ("register", register),
        ("marketplace", marketplace),
        ("pilot", pilot),
    ):
        proof.step(text(f"check.{name}"), look)


def audit_of(environment: dict[str, str]) -> tuple[int, int, int]:
    """Chains, lines and damages of the programme's log."""
    from casework.audit.service import verify
    from citycore.store.connections import connect

    store = StoreSettings(portal_url=SecretStr(environment["FALAJ_STORE_PORTAL_URL"]))
    with connect(store.portal_url, store, "falaj-check", autocommit=True) as connection:
        verdict = verify(connection)
    return verdict.chains, verdict.lines, len(verdict.findings)


def _prove_bulk_file(proof: Proof) -> None:
    """A closed day of the recorded past, whole by its digest."""

    def bulk() -> tuple[bool, str]:
        [file] = proof.get("/v1/bulk", limit=1)["data"]
        content = proof.get_bytes(file["url"])
        good = sha256(content).hexdigest() == file["sha256"] and len(content) == file["byte_count"]
        return good, f"{file['dataset']} {file['date']}: {file['row_count']:,} rows, {len(content):,} bytes"

    proof.step(text("check.bulk"), bulk)


def _prove_forecast(proof: Proof, thing: str, observed_property: str) -> None:
    named = {"thing": thing, "observed_property": observed_property}

    def recording() -> tuple[bool, str]:
        [value] = proof.get("/v1/latest", **named)["data"]
        return True, f"{thing}: {value['result']} {value['unit']}"

    def forecast() -> tuple[bool, str]:
        [issue] = proof.get("/v1/forecasts", **named)["data"]
        ordered = all(
            value["lower_95"]
            <= value["lower_50"]
            <= value["median"]
            <= value["upper_50"]
            <= value["upper_95"]
            for value in issue["values"]
        )
        good = ordered and len(issue["values"]) > 0 and issue["skill"] is not None
        return good, f"{issue['model']}, skill {issue['skill']:.2f}, {len(issue['values'])} h"

    proof.step(text("check.recording"), recording)
    proof.step(text("check.forecast"), forecast)


def _publish_and_count(proof: Proof, name: str, messages: list[bytes], grown: dict[str, int]) -> None:
    """Publish, and see the ledger grow by exactly these numbers."""
    before = proof.ledger()
    _publish(proof.hub.environment, messages)

    def counted() -> tuple[bool, str]:
        after = proof.ledger()
        growth = {key: after[key] - before[key] for key in after}
        wanted = {key: grown.get(key, 0) for key in after}
        return growth == wanted, ", ".join(f"{key} +{value}" for key, value in growth.items() if value)

    proof.step(text(f"check.{name}"), counted)


def _publish(environment: dict[str, str], messages: list[bytes]) -> None:
    from simulators.publisher import Publisher

    broker = BrokerSettings(
        host=environment["FALAJ_BROKER_HOST"],
        port=int(environment["FALAJ_BROKER_PORT"]),
        username=environment["FALAJ_BROKER_USERNAME"],
        password=SecretStr(environment["FALAJ_BROKER_PASSWORD"]),
    )
    with Publisher(broker) as publisher:
        for payload in messages:
            publisher.publish(build_topic(PROBE), payload)
        publisher.drain()


def _register_probe(hub: Hub) -> None:
    from citycore.store.registry import register
    from stack.registration import owner_connection

    source = SourceDescription(
        code=PROBE.source, kind=SourceKind.DEVICE, name_en="Self-check", name_ar="الفحص الذاتي"
    )
    thing = ThingDescription(
        code=PROBE.thing,
        kind="air_quality_station",
        name_en="Probe of the self-check",
        name_ar="مستشعر الفحص الذاتي",
        longitude=58.40,
        latitude=23.59,
        datastreams=(DatastreamDescription(observed_property=PROPERTY, interval_seconds=600),),
    )
    with owner_connection(hub.store) as connection:
        register(connection, source, [thing])


def _print(proof: Proof, console: Console, seconds: float) -> None:
    table = Table(title=text("check.title"))
    for name in ("step", "seen", "seconds", "result"):
        table.add_column(text(f"check.{name}"), justify="right" if name == "seconds" else "left")
    for row in proof.rows:
        result = text("check.good") if row.good else text("check.bad")
        table.add_row(row.step, row.seen, f"{row.seconds:.1f}", result, style="" if row.good else "red")
    console.print(table)
    failed = sum(not row.good for row in proof.rows)
    if failed:
        details = {"count": failed, "total": len(proof.rows), "log": proof.hub.logs}
        console.print(text("check.failed", **details), style="red")
    else:
        console.print(text("check.passed", seconds=f"{seconds:.0f}"), style="green")
