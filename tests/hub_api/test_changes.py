"""The feed of changes: one data file, a page, two feeds, and header fields for what goes away."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest

from hub_api.developers.changes.model import Kind
from hub_api.developers.changes.rules import parse_changes, shipped_changes
from tests.hub_api.conftest import Api, City, standing

ATOM = "{http://www.w3.org/2005/Atom}"
ENTRY = """
[[change]]
id = "{slug}"
date = {day}
kind = "{kind}"
paths = ["/v1/things", "/v1/things/{{thing}}"]
{more}
en = {{title = "Things <b>", text = "Take & see"}}
ar = {{title = "الأشياء", text = "انظر"}}
"""


def entry(slug: str = "one", day: str = "2026-11-01", kind: str = "added", more: str = "") -> str:
    return ENTRY.format(slug=slug, day=day, kind=kind, more=more)


DEPRECATED = entry("old", "2026-11-02", "deprecated", "sunset = 2027-11-02")


def test_the_shipped_changes_name_paths_that_exist(standing_api: Api) -> None:
    known = set(standing_api.get("/openapi.json").json()["paths"])
    for change in shipped_changes():
        for path in change.paths:
            if change.kind is not Kind.REMOVED and path not in known:
                assert standing_api.get(path).status_code == 200, path


def test_newest_first_and_a_day_in_the_order_of_the_file() -> None:
    text = entry("a", "2026-11-01") + entry("b", "2026-11-03") + entry("c", "2026-11-03")
    assert [change.slug for change in parse_changes(text)] == ["b", "c", "a"]
    days = [change.day for change in shipped_changes()]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry("a") + entry("a"), "same id"),
        (entry(kind="deprecated"), "sunset"),
        (entry(more="sunset = 2028-01-01"), "sunset"),
        (entry(kind="deprecated", more="sunset = 2027-10-31"), "365 days"),
        (entry(kind="forgotten"), "forgotten"),
    ],
)
def test_a_file_that_breaks_the_policy_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_changes(text)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_atom_feed_has_what_the_format_requires(standing_api: Api, language: str) -> None:
    answer = standing_api.get(f"/changes.atom?lang={language}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert len(feed.findall(ATOM + name)) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    (own,) = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert standing_api.get(own).text == answer.text
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(shipped_changes())
    for one in entries:
        assert UUID(str(one.findtext(f"{ATOM}id")))
        assert datetime.fromisoformat(str(one.findtext(f"{ATOM}updated"))).utcoffset() is not None
        assert one.findtext(f"{ATOM}title")
        assert one.findtext(f"{ATOM}content")
        link = one.find(f"{ATOM}link")
        assert link is not None
        page, _, anchor = str(link.get("href")).partition("#")
        assert f'id="{anchor}"' in standing_api.get(page).text
    updated = [str(one.findtext(f"{ATOM}updated")) for one in entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]


def test_both_feeds_and_both_languages_have_the_same_ids(standing_api: Api) -> None:
    def ids(language: str) -> list[str | None]:
        feed = ET.fromstring(standing_api.get(f"/changes.atom?lang={language}").text)
        return [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]

    feed = standing_api.get("/changes.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == ids("en") == ids("ar")
    assert len(set(ids("en"))) == len(ids("en"))


def test_ids_never_change() -> None:
    (first,) = [change for change in shipped_changes() if change.slug == "v1"]
    assert first.urn == "urn:uuid:fd0308a2-f673-50b7-83da-ecc7387e6166"


def test_a_feed_that_the_reader_has_is_not_sent_again(standing_api: Api) -> None:
    for path in ("/changes.atom", "/changes.json"):
        etag = standing_api.get(path).headers["etag"]
        assert standing_api.get(path, headers={"if-none-match": etag}).status_code == 304


@pytest.fixture(scope="module")
def deprecating(standing_city: City) -> Iterator[Api]:
    with standing(standing_city, parse_changes(DEPRECATED + entry())) as api:
        yield api


def test_a_deprecated_path_says_so_in_every_answer(deprecating: Api) -> None:
    urls = ("/v1/things", "/v1/things/air-01", "/v1/things?limit=0", "/v1/things/nothing", "/v1/things.csv")
    for url in urls:
        answer = deprecating.get(url)
        since = datetime.fromtimestamp(int(answer.headers["deprecation"].removeprefix("@")), UTC)
        assert since == datetime(2026, 11, 1, 20, tzinfo=UTC), "midnight in Muscat"
        assert parsedate_to_datetime(answer.headers["sunset"]) == datetime(2027, 11, 1, 20, tzinfo=UTC)
        assert '</changes#old>; rel="deprecation"; type="text/html"' in answer.headers["link"]
    assert "deprecation" in deprecating.get("/v1/things", headers={"origin": "https://a.example"}).headers[
        "access-control-expose-headers"
    ].lower()  # fmt: skip


def test_an_answer_that_was_not_sent_again_says_so_too(deprecating: Api) -> None:
    etag = deprecating.get("/v1/things").headers["etag"]
    for _ in range(2):  # the second time from memory
        answer = deprecating.get("/v1/things", headers={"if-none-match": etag})
        assert answer.status_code == 304
        assert answer.headers["deprecation"] == "@1793563200"
    assert "sunset" in deprecating.request("HEAD", "/v1/things").headers


def test_the_link_to_the_next_page_stays(deprecating: Api) -> None:
    links = deprecating.get("/v1/things?limit=1").headers.get_list("link")
    assert any('rel="next"' in link for link in links)
    assert any('rel="deprecation"' in link for link in links)


def test_other_paths_say_nothing(deprecating: Api, standing_api: Api) -> None:
    for answer in (
        deprecating.get("/v1/sources"),
        deprecating.get("/nothing"),
        standing_api.get("/v1/things"),
    ):
        assert "deprecation" not in answer.headers
        assert "sunset" not in answer.headers


def test_openapi_and_the_pages_mark_what_is_deprecated(deprecating: Api) -> None:
    paths = deprecating.get("/openapi.json").json()["paths"]
    assert {path for path, methods in paths.items() if methods.get("get", {}).get("deprecated")} == {
        "/v1/things", "/v1/things/{thing}",
    }  # fmt: skip
    assert deprecating.get("/docs").text.count("is-deprecated") == 2
    page = deprecating.get("/changes").text
    assert "Things &lt;b&gt;" in page
    assert re.search(r"It may be gone from: <bdi dir=\"ltr\">2027-11-02", page)
    assert deprecating.get("/changes.json").json()["items"][0]["_falaj"]["sunset"] == "2027-11-02"
    assert (
        ET.fromstring(deprecating.get("/changes.atom").text).findtext(f"{ATOM}entry/{ATOM}title")
        == "Things <b>"
    )
    assert parse_changes(DEPRECATED)[0].sunset == date(2027, 11, 2)
