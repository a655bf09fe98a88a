"""Numbers in addresses that no database can hold: refused on every page that reads one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from casework.access.model import HUB, Role
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from tests.hub_api.portal.conftest import Portal

_HUGE = (
    "100000000000000000000",
    "-100000000000000000000",
    "9223372036854775808",
    "2147483648",
    "-1",
    "x",
    "",
)
#: Whatever an address of ours may be asked to go on from.
_PLACES = ("before", "after", "after_id", "start", "cursor", "page", "limit", "day")


def routes(held: Any) -> Iterator[APIRoute]:
    """Also those that a router holds."""
    for route in held:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "routes", None) or getattr(
                getattr(route, "original_router", None), "routes", ()
            )
            yield from routes(inner)


def bounds(parameter: Any) -> set[str]:
    found = parameter.field_info.metadata
    return {
        name for name in ("ge", "gt", "le", "lt") for one in found if getattr(one, name, None) is not None
    }


def filled(path: str, number: str) -> str:
    """With an identifier of nothing, or this number, where the path has a place for one."""

    def given(match: re.Match[str]) -> str:
        return str(UUID(int=1)) if match[1].endswith("id") else number

    return re.sub(r"\{(\w+)(?::\w+)?\}", given, path).removeprefix("/portal")


def test_every_whole_number_of_an_address_is_bounded(portal: Portal) -> None:
    seen = 0
    for route in routes(portal.app.routes):
        if not route.path.startswith("/portal"):
            continue
        for parameter in [*route.dependant.path_params, *route.dependant.query_params]:
            if parameter.field_info.annotation in {int, int | None}:
                seen += 1
                assert len(bounds(parameter)) == 2, (route.path, parameter.name)
    assert seen > 10


def test_no_page_fails_for_where_it_is_asked_to_go_on(portal: Portal) -> None:
    staff = portal.appoint(Role.ADMINISTRATOR, HUB)
    paths = {
        one.path
        for one in routes(portal.app.routes)
        if one.path.startswith("/portal") and "GET" in one.methods
    }
    assert len(paths) > 100
    for path in sorted(paths - {"/portal/account/identity/back", "/portal/account/identity/go"}):
        for text in _HUGE[:2]:
            answer = staff.browser.get(filled(path, text), params=dict.fromkeys(_PLACES, text))
            assert answer.status_code < 500, (path, text)


@pytest.mark.parametrize("text", _HUGE)
@pytest.mark.parametrize("path", ["/account/readings", f"/applications/{UUID(int=1)}/trail"])
def test_a_place_that_is_none_is_refused(portal: Portal, path: str, text: str) -> None:
    if 0 not in portal.people:
        portal.people[0] = portal.appoint(Role.ADMINISTRATOR, HUB)
    answer = portal.people[0].browser.get(path, params={"before": text})
    held = text == "2147483648"
    assert answer.status_code == 422 if not held else answer.status_code in {200, 404}


@pytest.mark.parametrize("text", [*_HUGE[:4], "-2147483648", "1.5", "", "9" * 5_000])
def test_a_number_of_a_form_is_one_that_can_be_held(text: str) -> None:
    with pytest.raises(FormUnreadable):
        Form({"version": [text]}).number("version")
