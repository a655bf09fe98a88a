"""A hub in which the story of the demo was told, for tests that need much of everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from citycore.store.registry import register
from simulators.city import describe_city
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import prepare_sign_in
from tests.conftest import open_database
from tests.hub_api.conftest import City
from tests.hub_api.portal.alert_scene import raise_alert
from tests.hub_api.portal.conftest import Portal, open_portal


@contextmanager
def tell_story(postgres: Any, folder: Path) -> Iterator[Portal]:
    """With an alert as the worker raises one by its rule."""
    prepare_sign_in(folder)
    with open_database(postgres) as database:
        with database.connect() as owner:
            register(owner, *describe_city())
            watched = owner.execute(
                "SELECT datastream_id FROM datastreams WHERE observed_property_code = 'pm2_5' LIMIT 1"
            )
            city = City(database, {"air-01.pm2_5": watched.fetchall()[0][0]})
        with open_portal(city, folder) as portal:
            raise_alert(city)
            assert tell_programme(portal.store, folder, portal.office.url, portal.watch())
            yield portal
