"""A whole hackathon, from its draft to its final results with an appeal, played by people at browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citycore.language import LANGUAGES, Language
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from hackathon.access.model import HUB, Grant, Role
from tests.conftest import open_database
from tests.hub_api.portal.stand import Stand, open_stand

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason=f"needs {CHROMIUM}: apt-get install -y chromium"
)


@pytest.fixture(scope="module")
def stand(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    from playwright.sync_api import sync_playwright

    with open_database(postgres) as database, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with open_stand(database, tmp_path_factory.mktemp("stand"), browser) as stand:
            yield stand
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_hackathon(stand: Stand, language: Language) -> None:
    organiser = stand.join("organiser", language, Grant(Role.ORGANISER, HUB))
    organiser.go("/hackathons/new")
