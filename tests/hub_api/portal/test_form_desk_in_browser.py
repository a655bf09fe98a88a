"""An officer who has never written a form writes one: from a beginning, with a question of their own, to the preview."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from casework.access.model import HUB, Grant, Role
from citycore.language import Language
from tests.browser import PLAYED, needs_chromium
from tests.conftest import open_database
from tests.hub_api.portal.stand import Player, Stand, open_stand
from tests.hub_api.portal.written_form import add_desk

pytestmark = needs_chromium


def with_desk(app: Any) -> Any:
    add_desk(app)
    return app


@pytest.fixture(scope="module")
def hall(postgres: Any, tmp_path_factory: Any, browsers: Any, looker: Any) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("hall")
    with (
        open_database(postgres) as database,
        open_stand(database, folder, browsers, looker, with_desk) as hall,
    ):
        yield hall


@pytest.mark.parametrize("language", PLAYED)
def test_a_form_is_written_and_looked_at(hall: Stand, language: Language) -> None:
    writer = Grant(Role.PROGRAMME_OFFICER, HUB)
    officer, other = (hall.join(name, language, writer) for name in ("writer", "second"))
    desk = f"/desk/trial/{uuid4()}/form"
    officer.go(desk)
    officer.look(desk)
    officer.click(begin(officer, "satisfaction"))
    officer.look(desk, f"{desk}/question?code=used", f"{desk}/question?code=satisfaction")
    # A question of their own, asked of whoever was not satisfied.
    officer.choose(kind="some_of")
    officer.page.locator("#page").select_option("3")
    officer.follow(officer.page.locator('main form[method="get"] button').first)
    officer.fill(name_ar="ما الذي أزعجك؟", name_en="What bothered you?")
    officer.fill(choice_ar0="طول الانتظار", choice_en0="The wait")
    officer.tick(asked_if=("satisfaction=1", "satisfaction=2"))
    officer.look_here()
    officer.press("/question")
    officer.look(desk)
    assert officer.page.locator("#q-what_bothered_you .wrong").count() == 1, "one choice is none"
    # Somebody else mends it meanwhile.
    officer.go(f"{desk}/question?code=what_bothered_you")
    other.go(f"{desk}/question?code=what_bothered_you")
    other.fill(choice_ar1="نقص المعلومات", choice_en1="Too little information")
    other.press("/question")
    officer.fill(name_en="What annoyed you?")
    officer.follow(officer.page.locator('main form[action$="/question"] button').first)
    officer.reads("What bothered you?")
    officer.look_here()
    officer.go(f"{desk}?undo=2")
    officer.look_here()
    officer.look(f"{desk}/preview")
    assert officer.page.locator("main .wrong").count() == 0


def begin(officer: Player, name: str) -> Any:
    return officer.page.locator(f'main form:has(input[value="{name}"]) button').first
