"""What takes long waits for itself, and keeps nobody else from a connection."""

from __future__ import annotations

import asyncio
from threading import Event

import httpx
import pytest

from tests.hub_api.portal.conftest import PASSWORD, Portal


@pytest.mark.parametrize("way", ["/account/sign-in", "/account/password/change", "/account/email/change"])
def test_passwords_that_wait_to_be_compared_hold_no_connection(portal: Portal, way: str) -> None:
    """More of them than there are connections, while as many are compared as may be at once."""
    office, goes_on = portal.office, Event()
    somebody = portal.join(way.rpartition("/")[2].replace("-", ""))
    browser = portal.browser() if way == "/account/sign-in" else somebody.browser
    fields = {
        "form_token": browser.form_token(), "email": somebody.email, "password": PASSWORD, "current": "wrong",
        "proof": "wrong",
    }  # fmt: skip

    async def work() -> tuple[httpx.Response, list[httpx.Response]]:
        comparing = [
            asyncio.create_task(office.hash(lambda _: goes_on.wait(300)))
            for _ in range(office.settings.passwords.hashes_at_once_max)
        ]
        # As many as the limit of attempts lets through.
        sending = [
            asyncio.create_task(browser.client.post(f"/portal{way}", data=fields))
            for _ in range(office.settings.portal.requests_max + 1)
        ]
        while office.hashes_waiting < len(sending):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
        page = await browser.client.get("/portal/hackathons")
        assert not any(one.done() for one in sending)
        goes_on.set()
        await asyncio.gather(*comparing)
        return page, await asyncio.gather(*sending)

    page, answers = portal.run(work())
    assert page.status_code == 200
    assert {one.status_code for one in answers} == ({303} if way == "/account/sign-in" else {422})


def test_choosing_a_password_by_a_mailed_link_waits_without_a_connection(portal: Portal) -> None:
    office, goes_on, browser = portal.office, Event(), portal.browser()
    somebody = portal.join("chooser")
    assert browser.send("/account/forgotten", {"email": somebody.email}).status_code == 303
    token = portal.token(somebody.email, "set_password")
    fields = {"form_token": browser.form_token(), "token": token, "password": "another by the falaj"}

    async def work() -> tuple[httpx.Response, list[httpx.Response]]:
        comparing = [
            asyncio.create_task(office.hash(lambda _: goes_on.wait(300)))
            for _ in range(office.settings.passwords.hashes_at_once_max)
        ]
        sending = [
            asyncio.create_task(browser.client.post("/portal/account/password", data=fields))
            for _ in range(office.settings.portal.requests_max + 1)
        ]
        while office.hashes_waiting < len(sending):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
        page = await browser.client.get("/portal/hackathons")
        goes_on.set()
        await asyncio.gather(*comparing)
        return page, await asyncio.gather(*sending)

    page, answers = portal.run(work())
    assert page.status_code == 200
    statuses = sorted(one.status_code for one in answers)
    assert statuses[0] == 303
    assert 303 not in statuses[1:], "a link is followed once"
