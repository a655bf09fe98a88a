"""What is said of levels of sound: of each that the vocabulary has, on the pages that show one, and where nothing measures it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dashboards.noise import KINDS
from tests.dashboards.contract_city import KINDS as THINGS
from tests.dashboards.contract_city import PROPERTIES
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]
VOCABULARY = Path(__file__).parents[2] / "citycore/observed_properties/noise.toml"
NOT_MEASURED = {"en": "No sensor here measures noise", "ar": "لا يقيس الضوضاءَ هنا أي مستشعر"}
ENERGY = {"en": "the mean of sound energy over the time", "ar": "متوسط طاقة الصوت خلال المدة"}
AVERAGED = {"en": "arithmetic means of the decibels", "ar": "متوسطات حسابية لقيم الديسيبل"}
NOT_JUDGED = {"en": "held against no limit here", "ar": "لا يُقارن المستوى هنا بأي حد"}


@pytest.fixture
def noisy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A city that measures noise; asked for before ``city``, which is made of it."""
    known = ("Equivalent sound level LAeq", "مستوى الصوت المكافئ LAeq", "noise", "dB[SPL]", 60.0, 8.0)
    monkeypatch.setitem(PROPERTIES, "sound_level_a_equivalent", known)
    monkeypatch.setitem(
        THINGS, "noise", ("Sound level meter", "جهاز قياس الصوت", ("sound_level_a_equivalent",), 300)
    )


def test_every_level_of_the_vocabulary_is_told_for_what_it_is() -> None:
    levels = {
        code
        for code, one in tomllib.loads(VOCABULARY.read_text(encoding="utf-8")).items()
        if one["unit"] == "dB[SPL]"
    }
    assert set(KINDS) == levels


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_say_what_a_level_of_sound_is(noisy, opened, language):
    shown = {"lang": language, "property": "sound_level_a_equivalent"}
    explore = html(well(opened("app_pages/explore.py", **shown)))
    assert [one for one in (ENERGY, AVERAGED, NOT_JUDGED) if one[language] not in explore] == []
    newest = html(well(opened("app_pages/map.py", **shown)))
    assert ENERGY[language] in newest
    assert AVERAGED[language] not in newest, "newest values are no means"
    assert NOT_MEASURED[language] not in html(well(opened("app_pages/data.py", lang=language)))


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_that_nothing_measures_noise_is_said_and_of_other_properties_nothing(opened, language):
    assert NOT_MEASURED[language] in html(well(opened("app_pages/data.py", lang=language)))
    assert ENERGY[language] not in html(well(opened("app_pages/explore.py", lang=language, property="pm10")))
