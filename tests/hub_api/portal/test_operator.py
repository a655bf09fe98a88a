"""Whose hub it is, on every page; what it says about itself; and how pages look where their addresses are shared."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from casework.access.model import Role
from hub_api.serving.operator.settings import OperatorSettings
from hub_api.serving.operator.texts import PAGES, check_texts, html_of
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import announce, create

OWNED = OperatorSettings(name_ar="بلدية المثال", name_en="Example City", contact_email="hub@city.example")
#: Of a page without pictures, as it goes over the wire.
PAGE_BYTES_MAX = 30_000


@pytest.mark.parametrize("name", PAGES)
def test_each_page_about_the_hub_is_there_in_both_languages(portal: Portal, name: str) -> None:
    reader = portal.browser().client
    english, arabic = (portal.run(reader.get(f"/{name}?lang={code}")) for code in ("en", "ar"))
    assert (english.status_code, arabic.status_code) == (200, 200)
    assert 'dir="rtl"' in arabic.text
    assert re.search("[\u0600-\u06ff]{3}", html_of(name, "ar", OWNED))
    assert not re.search(r"\{\w+\}", html_of(name, "ar", OWNED) + html_of(name, "en", OWNED))
    for browser in (portal.browser(), portal.browser("ar")):
        assert f'href="/{name}?lang=' in browser.get("").text, "in the foot of the portal too"


def test_an_operator_has_its_own_texts_and_its_name_on_every_page(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "about.en.md").write_text("We are {operator}. <b>Not HTML</b>", "utf-8")
    own = OWNED.model_copy(update={"texts_folder": tmp_path})
    assert "We are Example City. &lt;b&gt;" in html_of("about", "en", own)
    assert "hub@city.example" in html_of("contact", "ar", own), "the others stay as they come with the hub"
    (tmp_path / "terms.ar.md").write_text("ش" * own.text_bytes_max, "utf-8")
    with pytest.raises(ValueError, match=r"terms\.ar\.md"):
        check_texts(own)
    assert "Example City" not in portal.browser().get("").text
    monkeypatch.setattr("hub_api.serving.pages.layout.operator", lambda: own)
    assert portal.browser().get("").text.count("Example City") > 1, "in the head and in the foot"
    assert "بلدية المثال" in portal.browser("ar").get("/nowhere").text


def test_whom_to_tell_of_faults_of_security(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, path = portal.browser().client, "/.well-known/security.txt"
    assert portal.run(reader.get(path)).status_code == 404, "nobody was named"
    own = OWNED.model_copy(
        update={
            "security_contact": "https://city.example/told, mailto:cert@city.example",
            "security_policy": "https://city.example/cvd",
        }
    )
    monkeypatch.setattr("hub_api.serving.operator.routes.operator", lambda: own)
    answer = portal.run(reader.get(path))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = [tuple(line.split(": ", 1)) for line in answer.text.splitlines()]
    assert [value for name, value in fields if name == "Contact"] == [
        "https://city.example/told",
        "mailto:cert@city.example",
    ]
    told = dict(fields)
    assert told["Canonical"] == f"http://hub.test{path}"
    assert told["Policy"] == "https://city.example/cvd"
    until = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)
    assert timedelta(days=1) < until <= timedelta(days=365), "RFC 9116: less than a year"
    assert OWNED.security_contacts == ("mailto:hub@city.example",)
    for wrong in ("cert@city.example", "http://city.example", "mailto:a@b,", "mailto:a@b\nContact: tel:1"):
        with pytest.raises(ValidationError):
            OperatorSettings(security_contact=wrong)


def test_a_shared_page_says_what_it_is_and_a_page_of_somebody_does_not(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    path = f"/hackathons/{announce(portal, organiser, 'shared')}"
    page = portal.browser("ar").get(f"{path}?after=x").text
    address = f"http://hub.test/portal{path}?lang="
    assert f'<link rel="canonical" href="{address}ar">' in page
    assert f'<link rel="alternate" hreflang="en" href="{address}en">' in page
    assert '<meta property="og:title" content="هاكاثون الحر">' in page
    assert '<meta property="og:description" content="ظلال وماء">' in page
    assert "og:" not in organiser.browser.get(path).text
    assert "og:" not in portal.browser().get("/hackathons/nowhere").text
    assert len(gzip.compress(page.encode())) <= PAGE_BYTES_MAX


def test_feeds_tell_what_is_new_as_everybody_sees_it(portal: Portal) -> None:
    organiser = portal.appoint(Role.ORGANISER)
    known, draft = announce(portal, organiser, "told"), create(portal, organiser, "quiet")
    answer = organiser.browser.get("/hackathons.atom?lang=ar")
    feed = ET.fromstring(answer.content)
    links = {link.get("href") for link in feed.iter("{http://www.w3.org/2005/Atom}link")}
    assert f"http://hub.test/portal/hackathons/{known}?lang=ar" in links
    assert draft not in answer.text
    assert "هاكاثون الحر" in answer.text
    for path in (
        "/calls.atom",
        "/needs.atom",
        "/offerings.atom",
        "/surveys.atom",
        "/dialogue.atom",
        "/ideas.atom",
    ):
        assert ET.fromstring(portal.browser().get(path).content).tag.endswith("feed")
