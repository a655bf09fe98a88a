"""What holds for every page: two languages, nothing from elsewhere, no script, links that lead somewhere."""

from __future__ import annotations

import re

import pytest

from tests.hub_api.conftest import Api

PAGES = ("/docs/guide", "/docs", "/changes", "/status", "/problems/not-found")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_alone_in_both_languages(
    standing_api: Api, path: str, language: str, direction: str
) -> None:
    answer = standing_api.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]
    other = standing_api.get(
        f"{path}?lang={'ar' if language == 'en' else 'en'}", headers={"accept-language": language}
    )
    assert f'<html lang="{language}"' not in other.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing(standing_api: Api, path: str) -> None:
    answer = standing_api.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    loaded = re.findall(r'<(?:link|img|script|iframe)\b[^>]*(?:src|href)="([^"]+)"', answer.text)
    assert loaded
    assert all(url.startswith("/") for url in loaded)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(standing_api: Api, path: str) -> None:
    text = standing_api.get(path).text
    targets = {target.replace("&amp;", "&") for target in re.findall(r'href="(/[^"]*)"', text)}
    assert len(targets) > 6
    for target in targets:
        assert standing_api.get(target, follow_redirects=True).status_code == 200, target
    anchors = set(re.findall(r'href="#([^"]+)"', text))
    assert anchors <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize("path", ["/docs/guide", "/docs", "/changes"])
def test_a_page_that_the_reader_has_is_not_sent_again(standing_api: Api, path: str) -> None:
    first = standing_api.get(path)
    again = standing_api.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    arabic = standing_api.get(f"{path}?lang=ar", headers={"if-none-match": first.headers["etag"]})
    assert arabic.status_code == 200


def test_navigation_says_where_one_is(standing_api: Api) -> None:
    for path in PAGES[:4]:
        assert f'<a href="{path}?lang=en" aria-current="page">' in standing_api.get(path).text


def test_assets_may_be_kept_for_ever(standing_api: Api) -> None:
    (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', standing_api.get("/docs").text)
    answer = standing_api.get(style)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert standing_api.get("/assets/style.css").status_code == 404
    assert standing_api.get("/assets/..%2Flayout.html").status_code == 404


def test_the_root_leads_to_the_guide(standing_api: Api) -> None:
    assert standing_api.get("/").headers["location"] == "/docs/guide"
