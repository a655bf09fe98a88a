"""What a page asks of the database: one connection, one snapshot, and no more statements than it needs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hub_api import programme
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.test_need_pages import Market


@dataclass
class Costs:
    """``commands`` begin and end transactions, and parts of them."""

    checkouts: int = 0
    statements: int = 0
    commands: int = 0


@contextmanager
def counted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Costs]:
    costs, execute, command = Costs(), psycopg.Cursor.execute, psycopg.Connection._exec_command

    def count_statement(self: Any, *given: Any, **more: Any) -> Any:
        costs.statements += 1
        return execute(self, *given, **more)

    def count_command(self: Any, *given: Any, **more: Any) -> Any:
        costs.commands += 1
        return command(self, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", count_statement)
        patch.setattr(psycopg.Connection, "_exec_command", count_command)
        before = asked_for(portal)
        yield costs
        costs.checkouts = asked_for(portal) - before


def asked_for(portal: Portal) -> int:
    """How often a connection was taken from the portal's pool."""
    return portal.office._opened().get_stats().get("requests_num", 0)


@pytest.fixture(scope="module")
def market(portal: Portal) -> Market:
    return Market(portal)


def test_a_page_is_one_transaction_on_one_connection(
    portal: Portal, market: Market, monkeypatch: pytest.MonkeyPatch
):
    """Whoever is signed in is looked up first, which takes another."""
    need_id, _ = market.published()
    path = f"/needs/{need_id}"
    visitor = portal.browser()
    assert visitor.get(path).status_code == 200
    for browser, more in ((visitor, 0), (market.vendor.browser, 1)):
        with counted(portal, monkeypatch) as costs:
            assert browser.get(path).status_code == 200
        assert costs.checkouts == 1 + more
        assert costs.commands == 2 + 2 * more, "nothing but its beginning and its end"
        assert costs.statements <= 17 + 5 * more
    with counted(portal, monkeypatch) as costs:
        assert market.officer.browser.get(f"{path}/desk").status_code == 200
    assert costs.checkouts == 2
    assert costs.commands <= 6
    assert costs.statements <= 18


def test_what_is_sent_is_one_transaction_after_its_guard(
    portal: Portal, market: Market, monkeypatch: pytest.MonkeyPatch
):
    need_id, _ = market.published()
    market.vendor.browser.form_token()
    with counted(portal, monkeypatch) as costs:
        sent = market.vendor.browser.send_once(f"/needs/{need_id}/questions", {"text": "How deep?"})
    assert sent.status_code == 303
    # One for what led the sender here, which is read now.
    assert costs.checkouts == 4
    # Two people are told, each by a mail, a notification, and how they want them.
    assert costs.statements <= 24


def test_who_may_not_send_is_refused_before_anything_is_read(portal: Portal, market: Market):
    need_id, _ = market.published()
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1_000):
            read.append(number)
            yield b"x" * 65_536

    headers = {"content-type": "application/x-www-form-urlencoded"}
    for who, status in ((market.rival.browser, 403), (market.officer.browser, 413)):
        address = f"/portal/needs/{need_id}/desk/addenda"
        answer = portal.run(who.client.post(address, content=endless(), headers=headers))
        assert answer.status_code == status
        assert bool(read) == (status == 413), "only of those who may send it"
    assert len(read) < 10


def test_pages_that_are_declared_import_no_repository_and_begin_no_transaction():
    texts = {path: path.read_text() for path in Path(programme.__path__[0]).rglob("*.py")}
    declared = {path: text for path, text in texts.items() if "kit.pages import" in text}
    assert len(declared) >= 10
    for path, text in declared.items():
        assert not re.search(
            r"^from \S+\.repository import|transaction\(\)|Connection\b", text, re.MULTILINE
        ), path
