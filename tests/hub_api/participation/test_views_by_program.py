"""Own views by program: kept, changed with If-Match, shared by a link that everybody reads, deleted."""

from __future__ import annotations

from casework.access_tokens.model import TokenScope
from hub_api.programme.casework.own_views.own import EXAMPLE
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.participation.test_participation_document import document, fits, schema_of
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import Town


def test_a_view_from_its_beginning_to_its_end(portal: Portal, town: Town) -> None:
    person_id = town.people["mate"].person_id
    program, visitor = (
        Program(portal, token_of(portal, person_id, TokenScope.VIEWS_WRITE)),
        Program(portal, None),
    )
    begun = program.ask("POST", "/me/views", {**EXAMPLE, "shared": True})
    assert (begun.status_code, begun.headers["ETag"]) == (200, '"1"')
    kept = begun.json()["data"]
    path, link = f"/me/views/{kept['view']}", kept["link"]
    assert [one["figure"] for one in kept["pieces"]] == ["tile-pm2_5", "alerts-by-day"]

    read = visitor.ask("GET", f"/views/{link}")
    assert read.status_code == 200
    assert set(read.json()["data"]) == {"name", "pieces", "changed_at"}, "and not whose it is"
    assert str(person_id) not in read.text

    renamed = {**EXAMPLE, "name": "صباحي", "shared": True}
    assert program.ask("PUT", path, renamed).json()["code"] == "version_missing"
    assert program.ask("PUT", path, renamed, seen=1).json()["data"]["name"] == "صباحي"
    old = program.ask("PUT", path, EXAMPLE, seen=1)
    assert (old.status_code, old.json()["code"]) == (412, "version_outdated")
    assert visitor.ask("GET", f"/views/{link}").json()["data"]["name"] == "صباحي"
    program.ask("PUT", path, EXAMPLE, seen=2)
    gone = visitor.ask("GET", f"/views/{link}")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_such_object")

    described = document(portal)
    for address in ("/me/views", path):
        fits(described, schema_of(described, f"/v1/innovation{address}"), program.ask("GET", address).json())
    assert program.ask("DELETE", path, seen=2).status_code == 412
    left = program.ask("DELETE", path, seen=3)
    assert (left.status_code, left.json()["data"]) == (200, [])
    assert program.ask("GET", path).status_code == 404


def test_what_is_wrong_is_said_by_its_code(portal: Portal, town: Town) -> None:
    program = Program(portal, token_of(portal, town.people["mate"].person_id, TokenScope.VIEWS_WRITE))
    large = {f"x{number}": "x" * 256 for number in range(8)}
    piece = EXAMPLE["pieces"][0]  # type: ignore[index]
    for body, status, code in (
        ({**EXAMPLE, "name": " "}, 422, "invalid_parameter"),
        ({**EXAMPLE, "pieces": [piece] * 13}, 422, "invalid_parameter"),
        ({**EXAMPLE, "pieces": [{**piece, "parameters": {"days": "x"}}]}, 409, "wrong_piece"),
        ({**EXAMPLE, "pieces": [{**piece, "parameters": large}] * 12}, 409, "view_too_large"),
        ({**EXAMPLE, "pieces": [{**piece, "width": "huge"}]}, 422, "invalid_parameter"),
        ({**EXAMPLE, "pieces": [{**piece, "colour": "red"}]}, 422, "invalid_parameter"),
    ):
        answer = program.ask("POST", "/me/views", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    later = {**EXAMPLE, "pieces": [{**piece, "page": "noise", "parameters": {"zoom": "3.5"}}]}
    kept = program.ask("POST", "/me/views", later).json()["data"]
    assert kept["pieces"][0] == {**later["pieces"][0], "title": ""}, "of a later version"
