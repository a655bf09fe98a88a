"""A hub in which the story of the demo was told, for tests that need much of everything: told once, and cloned."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citycore.store.registry import register
from simulators.city import describe_city
from stack.fiction.service import tell_programme
from stack.fiction.sign_in import prepare_sign_in
from tests.conftest import Template, make_template, open_database
from tests.hub_api.conftest import NOW, City
from tests.hub_api.portal.alert_scene import raise_alert
from tests.hub_api.portal.conftest import Portal, open_portal

URL = "http://hub.test/portal"


@dataclass(frozen=True, slots=True)
class Told:
    """Where its files are, and a datastream of dust."""

    folder: Path
    watched: int


def tell_once(postgres: Any, folder: Path) -> Template[Told]:
    """The story, at the moment with which the clock of tests begins."""
    prepare_sign_in(folder)

    def fill(database: Any) -> Told:
        with database.connect() as owner:
            register(owner, *describe_city())
            watched = owner.execute(
                "SELECT datastream_id FROM datastreams WHERE observed_property_code = 'pm2_5' LIMIT 1"
            ).fetchall()
        with database.connect("portal") as store:
            assert tell_programme(store, folder, URL, NOW)
        return Told(folder, watched[0][0])

    return make_template(postgres, "story", fill)


@contextmanager
def open_story(postgres: Any, story: Template[Told], folder: Path) -> Iterator[City]:
    """A copy of one's own, with its files in a folder."""
    shutil.copytree(story.content.folder, folder, dirs_exist_ok=True)
    with open_database(postgres, story.name) as database:
        yield City(database, {"air-01.pm2_5": story.content.watched})


@contextmanager
def portal_of_story(postgres: Any, story: Template[Told], folder: Path) -> Iterator[Portal]:
    """With an alert as the worker raises one by its rule."""
    with open_story(postgres, story, folder) as city, open_portal(city, folder) as portal:
        raise_alert(city)
        yield portal
