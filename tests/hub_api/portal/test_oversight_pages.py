"""Administrators oversee who read whose data, and whether the log is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from casework.access.model import HUB, Role
from casework.audit.service import heads
from stack.programme import _read_noted
from tests.hub_api.portal.conftest import Portal, Somebody


@pytest.fixture
def chief(portal: Portal) -> Somebody:
    return portal.appoint(Role.ADMINISTRATOR, HUB, "chief")


def test_who_read_whose_data_is_seen_and_found_by_either_name(portal: Portal, chief: Somebody) -> None:
    helper, salma, moza = (
        portal.appoint(Role.COORDINATOR, HUB, "helper"),
        portal.join("salma"),
        portal.join("moza"),
    )
    for somebody in (salma, moza):
        assert helper.browser.get(f"/desk/people/{somebody.person_id}").status_code == 200
    page = chief.browser.get("/desk/readings").text
    assert page.index(f"/desk/people/{moza.person_id}") < page.index(f"/desk/people/{salma.person_id}"), (
        "newest first"
    )
    assert "the account" in page
    assert "your account" not in page
    searches = ((salma.email, [salma]), (helper.email, [salma, moza]), ("nobody at all", []))
    for words, found in searches:
        text = chief.browser.get("/desk/readings", params={"q": words}).text
        assert [one for one in (salma, moza) if f"/desk/people/{one.person_id}" in text] == found, words
        assert ("Nothing found" in text) == (not found)


def test_looking_here_is_noted_and_does_not_hide_what_was_looked_for(portal: Portal, chief: Somebody) -> None:
    helper, salma = portal.appoint(Role.COORDINATOR, HUB, "helper"), portal.join("salma")
    helper.browser.get(f"/desk/people/{salma.person_id}")
    before = chief.browser.get("/desk/readings", params={"q": salma.email}).text
    again = chief.browser.get("/desk/readings", params={"q": salma.email}).text
    assert again.count("<tr>") == before.count("<tr>")
    everything = chief.browser.get("/desk/readings", params={"q": salma.email, "looks": ""}).text
    assert "the list of who read whose data" in everything
    assert "the list of who read whose data" in salma.browser.get("/account/readings").text


def test_the_log_is_verified_and_its_ends_can_be_kept(
    portal: Portal, chief: Somebody, tmp_path: Path
) -> None:
    page = chief.browser.get("/desk/audit").text
    assert "every chain is whole" not in page, "not before somebody asks"
    page = chief.browser.get("/desk/audit?verify=1").text
    assert "every chain is whole" in page
    kept = chief.browser.get("/desk/audit/heads")
    assert kept.headers["content-disposition"].startswith("attachment;")
    file = tmp_path / "heads.txt"
    file.write_bytes(kept.content)
    assert _read_noted(file, ()) == heads(portal.store), "as the command line reads them"


def test_a_changed_line_is_named(portal: Portal, chief: Somebody, changed_line: tuple[str, int]) -> None:
    chain, position = changed_line
    page = chief.browser.get("/desk/audit?verify=1").text
    assert 'role="alert"' in page
    assert re.search(rf"<code>{chain}</code>, line <bdi>{position}</bdi>: the line was changed", page)
    assert "السجل غير سليم" in chief.browser.get("/desk/audit?verify=1&lang=ar").text
    chief.browser.get("/desk/audit?lang=en")


@pytest.fixture
def changed_line(portal: Portal) -> Iterator[tuple[str, int]]:
    """What somebody with all rights on the database has done, and undoes."""
    with portal.city.database.connect() as owner:
        owner.execute("ALTER TABLE innovation.audit DISABLE TRIGGER ALL")
        row = owner.execute(
            "SELECT chain, position, event FROM innovation.audit ORDER BY chain, position LIMIT 1"
        ).fetchone()
        assert row is not None
        change = "UPDATE innovation.audit SET event = %s WHERE chain = %s AND position = %s"
        owner.execute(change, ["forged", row[0], row[1]])
        yield row[0], row[1]
        owner.execute(change, [row[2], row[0], row[1]])
        owner.execute("ALTER TABLE innovation.audit ENABLE TRIGGER ALL")


def test_a_log_that_is_too_long_is_left_to_the_command_line(
    portal: Portal, chief: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(
        portal.office.settings, portal=portal.office.settings.portal.model_copy(update={"audit_lines_max": 1})
    )
    monkeypatch.setattr(portal.office, "settings", small)
    page = chief.browser.get("/desk/audit?verify=1").text
    assert "./falaj audit verify" in page
    assert "every chain is whole" not in page
