"""How the operations of programs are declared: what a function takes is what a request is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter

from casework.access_tokens.model import TokenScope
from casework.people.model import Names as Name
from casework.programme import Session
from hub_api.programme.open_data.elements import Filled, From, made_of
from hub_api.programme.programs.operations import Operations, Result, operations_of
from hub_api.programme.programs.schemas import Sent
from hub_api.serving.schemas import Names, Schema


class Kind(StrEnum):
    LARGE = "large"


@dataclass(frozen=True)
class Part:
    part_id: int
    kind: Kind


@dataclass(frozen=True)
class Thing:
    title_ar: str
    title_en: str
    owner: Name | None
    first: Part
    parts: tuple[Part, ...]


class PartElement(Schema):
    part: Annotated[int, From("part_id")]
    kind: Kind


class ThingElement(Schema):
    name: Annotated[Names, From("title")]
    owner_name: Annotated[Names | None, Filled("owner")]
    kind: Annotated[Kind, From("first.kind")]
    parts: list[PartElement]
    part: Annotated[int, From("part.part_id")]


class ThingSent(Sent):
    title: str


THING = Thing("شيء", "Thing", Name("مالك", None), Part(1, Kind.LARGE), (Part(2, Kind.LARGE),))


def test_an_element_is_read_from_the_fields_of_a_value_and_from_what_is_said_beside_it() -> None:
    assert made_of(ThingElement)(Result(THING, part=Part(7, Kind.LARGE))) == {
        "name": {"en": "Thing", "ar": "شيء"},
        "owner_name": {"en": "مالك", "ar": "مالك"},
        "kind": "large",
        "parts": [{"part": 2, "kind": "large"}],
        "part": 7,
    }


def test_nobody_is_a_name_of_none() -> None:
    nobody = Thing("شيء", "Thing", None, THING.first, ())
    assert made_of(ThingElement)(Result(nobody, part=THING.first))["owner_name"] is None


def test_what_no_field_says_is_no_answer() -> None:
    with pytest.raises(AssertionError, match="no field part"):
        made_of(ThingElement)(Result(THING))


def test_the_signature_says_what_is_asked_for() -> None:
    router = APIRouter(prefix="/things")
    own = Operations(router, TokenScope.NEEDS_WRITE)

    @own.get("", ThingElement)
    def my_things(session: Session, after: UUID | None) -> tuple[list[Thing], UUID | None]:
        raise NotImplementedError

    @own.get("/{thing}", ThingElement)
    def my_thing(session: Session, thing: UUID) -> Result:
        raise NotImplementedError

    @own.put("/{thing}", my_thing, {"title": "Thing"})
    def write_thing(session: Session, thing: UUID, sent: ThingSent, seen: int) -> None:
        raise NotImplementedError

    assert [(one.name, one.method, one.path) for one in operations_of(router)] == [
        ("my_things", "GET", "/things"),
        ("my_thing", "GET", "/things/{thing}"),
        ("write_thing", "PUT", "/things/{thing}"),
    ]
    assert (my_things.is_list, my_things.has_pages, my_thing.is_list) == (True, True, False)
    assert (write_thing.body, write_thing.is_change, my_thing.is_change) == (ThingSent, True, False)
    assert (write_thing.element, list(write_thing.names)) == (ThingElement, ["thing"])


def test_a_route_that_is_no_operation_has_no_place_there() -> None:
    router = APIRouter()
    router.add_api_route("/secret", lambda: None)
    with pytest.raises(KeyError):
        operations_of(router)
