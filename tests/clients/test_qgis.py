"""QGIS reads the hub: OGC API – Features with what it filters itself, SensorThings, and exports by their address.

QGIS is no package of Python: Debian has it (``apt-get install python3-qgis qgis-providers``), for Debian's own Python.
"""

from __future__ import annotations

import json
import os
import re
import socket
import socketserver
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).with_name("qgis_layers.py")
EXPORTS = (
    "/v1/things?f=geojson",
    "/v1/latest?observed_property=pm2_5&f=geojson",
    "/v1/places?f=geojson",
    "/v1/latest?observed_property=pm2_5&f=csv",
)
FINDS = "import importlib.util, sys; sys.exit(importlib.util.find_spec('qgis') is None)"
BYTES, ROWS = 65_536, 620
Seen = tuple[dict[str, Any], list[str]]


class Relay(socketserver.ThreadingTCPServer):
    """Passes everything on to the hub, and keeps the first line of each request."""

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.lines: list[str] = []
        self.hub = ("127.0.0.1", int(url.rpartition(":")[2]))
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Passage(socketserver.BaseRequestHandler):
    """One connection."""

    server: Relay

    def handle(self) -> None:
        with socket.create_connection(self.server.hub) as hub:
            back = threading.Thread(target=pass_on, args=(hub, self.request))
            back.start()
            pass_on(self.request, hub, self.server.lines)
            back.join()


def pass_on(one: socket.socket, other: socket.socket, lines: list[str] | None = None) -> None:
    with suppress(OSError):
        while piece := one.recv(BYTES):
            if lines is not None and piece.startswith(b"GET "):
                lines.append(unquote(piece.split(b"\r\n", 1)[0].decode()).removesuffix(" HTTP/1.1"))
            other.sendall(piece)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def seen(hub_url: str, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What QGIS says that it sees, and what it asked for."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FALAJ_"))}
    home = str(tmp_path_factory.mktemp("qgis"))
    kept |= {"NO_PROXY": "127.0.0.1", "QT_QPA_PLATFORM": "offscreen", "HOME": home, "XDG_RUNTIME_DIR": home}
    there = (
        PYTHON.exists()
        and subprocess.run([str(PYTHON), "-c", FINDS], env=kept, capture_output=True, check=False).returncode
        == 0
    )
    if not there:
        pytest.skip("QGIS is not on this machine (apt-get install python3-qgis qgis-providers)")
    with Relay(hub_url) as relay:
        serving = threading.Thread(target=relay.serve_forever)
        serving.start()
        run = subprocess.run(
            [str(PYTHON), "-W", "ignore", str(SCRIPT), relay.url, *EXPORTS],
            env=kept, capture_output=True, text=True, check=False, timeout=100,
        )  # fmt: skip
        relay.shutdown()
        serving.join()
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout), relay.lines


def test_every_collection_opens_and_pages_are_followed(seen: Seen) -> None:
    told, asked = seen
    assert told["layers"] == {
        "things": [True, 3, "Point", "OGC:CRS84"], "latest": [True, 3, "Point", "OGC:CRS84"],
        "observations": [True, ROWS, "Point", "OGC:CRS84"], "places": [True, 2, "Polygon", "OGC:CRS84"],
        "alerts": [True, 0, *told["layers"]["alerts"][2:]], "stops": [True, 0, *told["layers"]["stops"][2:]],
    }  # fmt: skip
    assert told["paged"] == ROWS
    assert len([one for one in asked if "observations/items?limit=200&cursor=" in one]) == ROWS // 200
    assert told["latest"] == ["روي", 149.75, "2026-11-24T09:59:00", "Point (58.54 23.6)"]


def test_what_qgis_filters_by_is_asked_of_the_hub(seen: Seen) -> None:
    told, asked = seen
    assert told["subset"] == [["bus-01"], 1]
    assert list(told["expressions"].values()) == [
        ["air-01", "bus-01"], ["bus-01"], ["air-01", "bus-01"], ["1"], ["1"]
    ]  # fmt: skip
    filters = {
        found[1] for one in asked if (found := re.search(r"[?&]filter=(.*)&filter-lang=cql2-text", one))
    }
    assert {
        "(kind = 'bus')", "((place IS NULL) AND (simulated = TRUE))", "result BETWEEN 1 AND 200",
        "(kind IN ('bus','x') OR (CASEI(\"name_en\") LIKE CASEI('r%')))",
        "(\"phenomenon_time\" > TIMESTAMP('2026-11-24T09:00:00.000Z'))",
    } <= filters  # fmt: skip
    assert (told["box"], told["world"]) == (["air-01"], ["air-01", "bus-01", "weather-01"])
    assert any("things/items?limit=1000&bbox=58.53" in one for one in asked)


def test_exports_open_by_their_address(seen: Seen) -> None:
    assert seen[0]["exports"] == {
        EXPORTS[0]: [True, 3, "Point"], EXPORTS[1]: [True, 1, "Point"], EXPORTS[2]: [True, 2, "Polygon"],
        EXPORTS[3]: [True, 1, "NoGeometry"],
    }  # fmt: skip


def test_sensorthings_opens_with_its_own_filters_and_expansions(seen: Seen) -> None:
    told, asked = seen
    counted = {name: one[:2] for name, one in told["sensorthings"].items()}
    assert counted == {
        "Thing": [True, 3], "Location": [True, 3], "HistoricalLocation": [True, 2], "Sensor": [True, 1], "Datastream": [True, 4],
        "ObservedProperty": [True, 4], "Observation": [True, 200], "FeatureOfInterest": [True, 2],
    }  # fmt: skip
    assert told["sensorthings"]["Location"][2:] == ["PointZ", "EPSG:4326"]
    assert told["located"] == [["1"], ["1"]]
    assert told["expanded"] == ["Bus 1: Position", "Ruwi: Fine particles (PM2.5)", "Seeb: Weather"]
    assert any("geo.intersects(location, geography'Polygon ((58.53" in one for one in asked)
