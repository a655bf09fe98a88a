"""A registry of ten thousand sources beside that of a demo: how long it takes to come in, and what pages and lists cost with it.

A demo hub runs with some days of past. Its pages and lists are asked for, ``falaj registry import`` registers the sources while ingest, API and
worker run, and the same is asked for again. What counts of a page is the processor time of the API and of its sessions of the database for one
request, which waiting for a busy machine does not touch, beside the same of the demo alone.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.processor import process_seconds, session_seconds
from benchmarks.report import Case, report
from benchmarks.start import STORY, ProcessorTime, demo_hub
from stack.fiction.sign_in import read_sign_in
from stack.hub import Hub
from stack.postgres import PrivatePostgres
from stack.processes import ROOT
from stack.supervisor import Service

IMPORT_SECONDS_MAX, RATIO_MAX = 60.0, 1.5
SOURCES, THINGS_OF_SOURCE = 10_000, 2
PROPERTIES = ("pm2_5", "pm10", "air_temperature", "relative_humidity", "no2")
#: Rows of a list: as many as both registries have.
ROWS = 100
#: Of sources, of which a demo has few.
FEW = 3
DAYS = 2
#: A hub is at rest once its processes together took less than this for so long.
REST_CORES, REST_SECONDS, REST_SECONDS_MAX = 0.4, 5.0, 900.0
#: Processes that would go on to send while pages are measured.
SENDERS = frozenset({"simulate", "pilot"})
STAFF = "administrator"
#: Pages by their names; those of the staff are asked by an administrator.
PAGES = {
    "portal, home": "/portal",
    "portal, a desk": "/portal/desk",
    "staff: sources to review": "/portal/desk/sources",
    "things": f"/v1/things?limit={ROWS}",
    "things on a map": f"/v1/things.geojson?limit={ROWS}",
    "datastreams": f"/v1/datastreams?limit={ROWS}",
    "datastreams of a property": f"/v1/datastreams?observed_property=pm2_5&limit={ROWS}",
    "sources": f"/v1/sources?limit={FEW}",
    "observed properties": "/v1/observed-properties",
    "places": "/v1/places",
    "latest": f"/v1/latest?limit={ROWS}",
    "presence": f"/v1/presence?limit={ROWS}",
    "air quality": f"/v1/air-quality?index=us&limit={ROWS}",
    "alerts": f"/v1/alerts?limit={ROWS}",
    "datasets": f"/v1/datasets?limit={FEW}",
    "bulk files": "/v1/bulk?limit=3",
    "search": "/v1/search?q=air&limit=20",
    "status": "/v1/status",
    "metrics": "/metrics",
    "catalogue (DCAT), all": "/catalog",
    "OGC API, landing page": "/ogc?f=json",
    "OGC API, collections": "/ogc/collections?f=json",
    "OGC API, things": f"/ogc/collections/things/items?f=json&limit={ROWS}",
    "SensorThings, Things": f"/sta/v1.1/Things?$top={ROWS}",
    "SensorThings, Datastreams": f"/sta/v1.1/Datastreams?$top={ROWS}",
    "SensorThings, Things with Datastreams": "/sta/v1.1/Things?$top=20&$expand=Datastreams",
    "SensorThings, Locations": f"/sta/v1.1/Locations?$top={ROWS}",
    "SensorThings, Sensors": "/sta/v1.1/Sensors?$top=2",
    "SensorThings, ObservedProperties": f"/sta/v1.1/ObservedProperties?$top={ROWS}",
    "NGSI-LD, types": "/ngsi-ld/v1/types",
    "NGSI-LD, entities": "/ngsi-ld/v1/entities?type=AirQualityObserved&limit=20",
    "sitemap, all": "/sitemap.xml",
    "llms.txt": "/llms.txt",
}
#: Of these the answer grows with the registry, so that a ratio says nothing of the work for a row.
WHOLE = ", all"
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def write_document(file: Path, sources: int) -> int:
    """A registry of so many sources as YAML; the number of its datastreams."""
    with file.open("w", encoding="utf-8") as out:
        out.write("sources:\n")
        for number in range(sources):
            out.write(
                f"- code: many-{number:05}\n  name_en: Registered source {number}\n"
                f"  name_ar: مصدر مسجل {number}\n  things:\n"
            )
            for thing in range(THINGS_OF_SOURCE):
                longitude = 58.2 + number * 7_919 % 1_000 / 2_500
                latitude = 23.5 + number * 104_729 % 1_000 / 5_000
                out.write(
                    f"  - code: many-{number:05}-{thing}\n    kind: station\n    name_en: Station {thing} of {number}\n"
                    f"    name_ar: محطة {thing} من {number}\n    longitude: {longitude:.4f}\n    latitude: {latitude:.4f}\n"
                    "    datastreams:\n"
                )
                out.writelines(f"    - observed_property: {code}\n" for code in PROPERTIES)
    return sources * THINGS_OF_SOURCE * len(PROPERTIES)


@dataclass(frozen=True, slots=True)
class Running:
    """The API of a hub that runs: where it answers, and which processes work for it."""

    url: str
    pid: int
    postgres: PrivatePostgres
    staff: httpx.Client = field(repr=False)

    def sessions(self) -> dict[int, float]:
        """Processor seconds of the API's sessions of the database so far."""
        with self.postgres.superuser() as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE starts_with(application_name, 'falaj-api') OR usename = 'falaj_portal'"
            ).fetchall()
        return {pid: session_seconds(pid) for (pid,) in rows}

    def seconds_of(self, work: Callable[[], None]) -> float:
        """Processor time of the API, of what it started and of its sessions while this is done."""
        before, own = self.sessions(), process_seconds(self.pid)
        work()
        own = process_seconds(self.pid) - own
        return own + sum(spent - before.get(pid, 0.0) for pid, spent in self.sessions().items())

    def milliseconds_of(self, target: str, times: int) -> tuple[float, int]:
        """Processor time of one request, the least of three runs; and how many bytes it answers."""
        size = len(self._ask(target))

        def work() -> None:
            for _ in range(times):
                self._ask(target)

        return 1_000 * min(self.seconds_of(work) for _ in range(3)) / times, size

    def _ask(self, target: str) -> bytes:
        answer = self.staff.get(target)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{target}: {answer.status_code} {answer.text[:300]}")
        return answer.content


def signed_in(url: str, folder: Path) -> httpx.Client:
    """A client of the demo's administrator."""
    [staff] = [one for one in read_sign_in(folder) if one.role == STAFF]
    client = httpx.Client(base_url=url, timeout=120, follow_redirects=True)
    page = client.get("/portal/account/sign-in").raise_for_status().text
    token = _TOKEN.search(page)
    fields = {"email": staff.email, "password": staff.password, "next": "/portal"}
    client.post(
        "/portal/account/sign-in", data=fields | ({} if token is None else {"form_token": token[1]})
    ).raise_for_status()
    return client


def measure(running: Running, pages: Mapping[str, str], times: int) -> dict[str, tuple[float, int]]:
    """Asks for each page; milliseconds of processor time and bytes of its answer, by its name."""
    found = {}
    for name, target in pages.items():
        found[name] = running.milliseconds_of(target, times)
        sys.stderr.write(f"{name}: {found[name][0]:.1f} ms, {found[name][1]:,} bytes\n")
    return found


def compare(few: Mapping[str, tuple[float, int]], many: Mapping[str, tuple[float, int]]) -> Iterator[Case]:
    """Each page beside itself with the demo's registry; whole lists without a target, but with what they weigh."""
    for name, (milliseconds, size) in many.items():
        below, _ = few[name]
        is_whole = name.endswith(WHOLE)
        shown = f"{name} ({size / 1e6:,.1f} MB)" if is_whole else name
        target = None if is_whole else RATIO_MAX
        yield Case(shown, milliseconds, "ms", below, milliseconds / below, target, at_most=True)


def wait_for_rest(hub: Hub) -> None:
    """Until the hub's processes do nothing but what goes on for ever; :class:`TimeoutError` where that never comes."""
    end = time.monotonic() + REST_SECONDS_MAX
    processor = ProcessorTime()
    while time.monotonic() < end:
        hub.tend()
        before, began = processor.total(hub), time.monotonic()
        hub.stop.wait(REST_SECONDS)
        if processor.total(hub) - before < REST_CORES * (time.monotonic() - began):
            return
    raise TimeoutError("the hub does not come to rest")


def start_demo(hub: Hub) -> None:
    """Until the story is told, the past is in and worked through; then nothing sends any more."""
    hub.start()
    hub.start_city()
    end = time.monotonic() + REST_SECONDS_MAX
    while not any(task.title == STORY and task.over for task in hub.supervisor.tasks):
        if time.monotonic() > end:
            raise TimeoutError("the story is not told")
        hub.tend()
        hub.stop.wait(1.0)
    wait_for_rest(hub)
    for service in _services(hub):
        if service.title in SENDERS:
            service.child.stop()


def _services(hub: Hub) -> list[Service]:
    return [service for stage in hub.supervisor.stages for service in stage]


def running_api(hub: Hub) -> Running:
    [api] = [service for service in _services(hub) if service.title == "api"]
    assert api.child.process is not None, "the hub runs"
    assert hub.postgres is not None, "the hub runs"
    return Running(hub.api_url, api.child.process.pid, hub.postgres, signed_in(hub.api_url, hub.folder.path))


def import_registry(hub: Hub, file: Path) -> tuple[float, float]:
    """Runs ``falaj registry import`` beside the hub; its seconds, and the processor seconds of the command alone."""
    command = [sys.executable, "-m", "stack", "registry", "import", str(file)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "FALAJ_DATA": str(hub.folder.path)}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(hub: Hub, options: argparse.Namespace, file: Path) -> list[Case]:
    datastreams = write_document(file, options.sources)
    pages = {name: target for name, target in PAGES.items() if options.pages.search(name)}
    start_demo(hub)
    running = running_api(hub)
    few = measure(running, pages, options.requests)
    seconds, command = import_registry(hub, file)
    many = measure(running, pages, options.requests)
    name = f"import of {options.sources:,} sources with {datastreams:,} datastreams"
    return [
        Case(name, seconds, "s", target=IMPORT_SECONDS_MAX, at_most=True),
        Case("processor time of the command", command, "s"),
        *compare(few, many),
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench registry", description=__doc__)
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--requests", type=int, default=10, help="of each page, three times")
    parser.add_argument("--days", type=int, default=DAYS, help="of past of the demo")
    parser.add_argument(
        "--pages", type=re.compile, default=re.compile(""), help="a regular expression: of these pages alone"
    )
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    os.environ["FALAJ_LIMITS_FREE_NETWORKS"] = "127.0.0.0/8"
    with demo_hub(options.days) as hub:
        found = run(hub, options, hub.folder.path.parent / "registry.yaml")
    report("registry", found, options.json)
    return 0 if all(case.meets is not False for case in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
