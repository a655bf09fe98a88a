"""A whole call for funding, from its announcement to a payment, played by people at browsers."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycore.language import Language
from tests.browser import PLAYED, needs_chromium
from tests.hub_api.portal.award_play import award, pay, show_to_everybody
from tests.hub_api.portal.call_play import announce, apply, close, extend, open_play, screen
from tests.hub_api.portal.review_play import copy, decide, read_decisions, review, sit
from tests.hub_api.portal.stand import Stand

pytestmark = needs_chromium


@pytest.mark.parametrize("language", PLAYED)
def test_a_whole_call(stand: Stand, language: Language, tmp_path: Path) -> None:
    play = open_play(stand, language, tmp_path)
    announce(play)
    apply(play)
    extend(play)
    close(play)
    screen(play)
    copy(play)
    review(play)
    sit(play)
    decide(play)
    read_decisions(play)
    award(play)
    pay(play)
    show_to_everybody(play)
