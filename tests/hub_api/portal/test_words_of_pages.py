"""What pages say in a reader's own language: sizes, hours, browsers, mails, and what went wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casework.access.model import Role
from casework.outbox.rules import subject_without_fields
from citycore.language import LANGUAGES
from hub_api.programme.casework.account.own_pages import device_text
from hub_api.programme.kit.rendering import words
from hub_api.programme.outreach.ambassadors.words import hours
from programme.registry import NOUNS
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import found, verify

ROOT = Path(__file__).parents[3]
ROOMS = (ROOT / "casework", ROOT / "hackathon")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36 EdgA/142.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)


@pytest.mark.parametrize(
    ("size_bytes", "english", "arabic"),
    [
        (0, "0 bytes", "0 بايت"), (999, "999 bytes", "999 بايت"), (1_000, "1 kB", "1 كيلوبايت"),
        (1_940, "1.9 kB", "1.9 كيلوبايت"), (100_000_000, "100 MB", "100 ميغابايت"),
    ],
)  # fmt: skip
def test_a_size_has_a_unit_that_its_reader_knows(size_bytes: int, english: str, arabic: str) -> None:
    assert (words("en")["size"](size_bytes), words("ar")["size"](size_bytes)) == (english, arabic)


def test_half_hours_are_not_lost() -> None:
    assert [hours(minutes) for minutes in (0, 60, 150, 75_000)] == ["0", "1", "2.5", "1,250"]


def test_a_range_of_numbers_has_one_reading_in_arabic() -> None:
    assert words("ar")["say"]("range", low=2, high=4) == "من 2 إلى 4"


@pytest.mark.parametrize(
    ("device", "english"),
    [
        (FIREFOX, "Firefox on Windows"), (EDGE, "Edge on Android"), (IPHONE, "Safari on iPhone"),
        ("curl/8.0", "curl/8.0"), ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_is_told_by_its_name(device: str, english: str) -> None:
    assert device_text(device, "en") == english


def test_a_browser_is_told_in_arabic_too() -> None:
    assert device_text(FIREFOX, "ar") == "Firefox على Windows"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_has_a_subject_without_what_only_its_reader_is_told(language: str) -> None:
    found = {
        f"{file.parts[-3]}/{name}"
        for room in ROOMS
        for file in room.rglob(f"messages/{language}.toml")
        for name in re.findall(r"^\[mail\.(\w+)\]$", file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(found) > 30
    for code in found:
        subject = subject_without_fields(code, language, NOUNS.packages)  # type: ignore[arg-type]
        assert subject is not None, code
        assert "{" not in subject, code


@pytest.mark.parametrize(
    "code", ["people/forgotten_long_ago", "nothing/confirm", "casework.people/confirm", "confirm"]
)
def test_a_mail_of_a_template_that_is_no_more_has_no_subject(code: str) -> None:
    assert subject_without_fields(code, "en", NOUNS.packages) is None


def test_the_outbox_says_what_mails_are_about_in_the_reader_s_language(portal: Portal) -> None:
    chief = portal.appoint(Role.ADMINISTRATOR)
    for language, subject in (("en", "Confirm your e-mail address"), ("ar", "أكّد عنوان بريدك")):
        page = chief.browser.get(f"/desk/mails?lang={language}").text
        assert subject in page
        assert "people/confirm" in page


def test_whoever_speaks_for_an_organisation_leaves_it_and_does_not_remove_themselves(portal: Portal) -> None:
    salma, chief = portal.join(), portal.appoint(Role.ADMINISTRATOR)
    agency = found(portal, salma, "Quriyat Works")
    verify(portal, chief, agency)
    path = f"/organisations/{agency}"
    for page in (salma.browser.get("/account/organisations").text, salma.browser.get(path).text):
        assert "Leave: Somebody has to speak" in page
        assert "Remove: " not in page
    assert "Remove: Somebody has to speak" in chief.browser.get(path).text


@pytest.mark.parametrize(
    ("language", "told"), [("ar", "تعذرت قراءة النموذج"), ("en", "The form could not be read")]
)
def test_what_went_wrong_is_told_in_the_language_that_was_chosen(
    portal: Portal, language: str, told: str
) -> None:
    salma = portal.join(language="en" if language == "ar" else "ar")
    salma.browser.get(f"/account/tokens?lang={language}")
    answer = salma.browser.send("/account/tokens", {"name": "mine", "days": "soon"})
    assert (answer.status_code, told in answer.text) == (422, True)
    assert answer.headers["content-language"] == language
