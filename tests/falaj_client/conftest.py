"""The real API on a loopback port over the small city of its own tests, and a server that fails on purpose."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from citycore.settings import BulkFolderSettings
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from stack.waiting import wait_until
from tests.falaj_client.failing_server import Failing, failing_server
from tests.hub_api.conftest import NOW, City, city, city_template, database

__all__ = ["city", "city_template", "database"]


@pytest.fixture
def api_url(city: City, tmp_path: Path) -> Iterator[str]:
    """Pages of at most 500 rows, so that the day of a station has several."""
    bulk = BulkFolderSettings(folder=tmp_path / "bulk")
    settings = ApiSettings(page_rows_default=7, page_rows_max=500, bulk=bulk)
    app = create_app(settings, city.database.settings(), lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 20, alive=thread.is_alive)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def failing() -> Iterator[Failing]:
    with failing_server() as server:
        yield server


@pytest.fixture
def fine(city: City) -> int:
    """The datastream with a value every minute."""
    number: Any = city.datastreams["air-01.pm2_5"]
    return int(number)
