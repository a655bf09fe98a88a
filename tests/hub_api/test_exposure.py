"""What the hub shows of the machine that it runs on: nothing."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/pyproject.toml",
        "/assets/",
        "/assets",
        "/static/",
        "/hub_api/app.py",
    ],
)
def test_no_file_and_no_folder_of_the_source_is_there(standing_api: Any, path: str) -> None:
    answer = standing_api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path")


def test_what_is_sent_is_not_sent_back(standing_api: Any) -> None:
    answer = standing_api.request("TRACE", "/v1/things", headers={"x-own": "secret"})
    assert answer.status_code == 405
    assert "secret" not in answer.text
    assert not {"server", "x-powered-by"} & set(answer.headers)


def test_texts_say_how_they_are_written(standing_api: Any) -> None:
    for path in ("/docs", "/changes", "/changes.atom", "/v1/latest?f=csv", "/metrics", "/status"):
        kind = standing_api.get(path).headers["content-type"]
        assert "charset=utf-8" in kind.lower(), (path, kind)
    assert standing_api.get("/v1/latest").headers["content-type"] == "application/json"
