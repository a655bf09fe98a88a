"""Values as forms send them: read by the types of their fields, and shown again as they were sent or as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest

from casework.governorates.model import Governorate
from casework.workflow.errors import RowWrong
from citycore.language import Language
from hackathon.market.needs.model import Description
from hub_api.programme.contest.hackathons.words import DESCRIPTION as HACKATHON
from hub_api.programme.kit.errors import DateUnreadable, FigureUnreadable, FormUnreadable, field_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.values import ValueForm, figure, rows
from hub_api.programme.market.needs.words import DESCRIPTION
from tests.hub_api.portal.need_scene import NEED


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Stone:
    name: str
    weight: Decimal
    is_round: bool = False


@dataclass(frozen=True, slots=True)
class Everything:
    text: str
    colour: Colour
    day: date
    at: datetime
    count: int
    degrees: float
    of: UUID
    place: Governorate | None = None
    note: str | None = None
    colours: frozenset[Colour] = frozenset()
    languages: tuple[Language, ...] = ()
    is_open: bool = True
    stones: tuple[Stone, ...] = ()


STONES = rows(ValueForm(Stone), "weight", ("name", "weight"))
FORM = ValueForm(Everything, {"of": "owner"}, {"stones": STONES})
VALUE = Everything(
    text="Palms",
    colour=Colour.RED,
    day=date(2026, 11, 27),
    at=datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
    count=3,
    degrees=58.5,
    of=UUID(int=7),
    place=Governorate("OM-MA"),
    note="In the shade",
    colours=frozenset(Colour),
    languages=("en", "ar"),
    is_open=False,
    stones=(Stone("Flint", Decimal("2.5"), is_round=True), Stone("", Decimal(4))),
)


def sent(**more: str | list[str] | None) -> Form:
    fields = FORM.write(VALUE) | {
        name: [text] if isinstance(text, str) else text or [] for name, text in more.items()
    }
    return Form(fields)


def test_what_is_written_into_a_form_is_read_from_it_again():
    assert FORM(Form(FORM.write(VALUE))) == VALUE
    assert FORM.write(VALUE)["at"] == ["2026-11-28T00:00"], "in the city's time"
    assert FORM.write(VALUE)["owner"] == [str(UUID(int=7))]


@pytest.mark.parametrize("text", ["inf", "1e999", "heavy"])
def test_of_several_rows_the_wrong_one_is_named(text: str):
    with pytest.raises(RowWrong) as refused:
        FORM(sent(weight1=text))
    assert (field_of(refused.value), refused.value.text("en")) == (
        "weight1",
        "Row 2: Write a number there, such as 12.5. What you wrote is still here.",
    )
    prize = {"prize_ar3": ["جائزة"], "prize_en3": ["Prize"], "prize_amount3": ["much"]}
    empty = {f"{name}{row}": [""] for name in ("prize_ar", "prize_en", "prize_amount") for row in range(3)}
    with pytest.raises(RowWrong) as refused:
        HACKATHON.special["prizes"].read(Form(empty | prize))
    assert (refused.value.row, field_of(refused.value)) == (4, "prize_amount3")


def test_a_whole_need_is_read_from_its_form_and_written_into_it():
    fields = {name: [text] if isinstance(text, str) else text for name, text in NEED.items()}
    read = DESCRIPTION(Form(fields))
    assert [one.code for one in read.criteria] == ["c1", "c2"]
    assert read.budget_minor == 25_000_000
    assert read.maturity_min == 7
    assert DESCRIPTION(Form(DESCRIPTION.write(read))) == read


@pytest.mark.parametrize(
    ("field", "text", "error"),
    [
        ("colour", "green", FormUnreadable),
        ("colour", "", FormUnreadable),
        ("colours", "green", FormUnreadable),
        ("languages", "fr", FormUnreadable),
        ("place", "OM-XX", FormUnreadable),
        ("owner", "7", FormUnreadable),
        ("count", "three", FormUnreadable),
        ("count", "99999999999", FormUnreadable),
        ("day", "1764201600", DateUnreadable),
        ("day", "", DateUnreadable),
        ("at", "tomorrow", DateUnreadable),
        ("degrees", "east", FigureUnreadable),
        ("degrees", "nan", FigureUnreadable),
    ],
)
def test_what_cannot_be_read_names_its_field_and_never_quotes_what_came(
    field: str, text: str, error: type[Exception]
):
    with pytest.raises(error) as caught:
        FORM(sent(**{field: text}))
    assert getattr(caught.value, "field", field) == field
    assert not text or text not in str(caught.value)


def test_a_whole_number_beyond_all_figures_is_none():
    with pytest.raises(FigureUnreadable):
        figure(Form({"weight": ["9" * 400]}), "weight", int)


def test_what_was_typed_is_stripped_and_what_is_empty_is_nothing():
    read = FORM(sent(text=" Palms ", note="  ", place=""))
    assert (read.text, read.note, read.place) == ("Palms", None, None)


def test_arabic_digits_and_a_sign_of_percent_are_a_number():
    assert FORM(sent(weight0="٢٫٥%")).stones[0].weight == Decimal("2.5")


def test_a_row_that_was_emptied_is_gone():
    assert FORM(sent(name0="", weight0=" ")).stones == (VALUE.stones[1],)


def test_a_form_shows_what_was_just_sent_or_what_the_value_says():
    typed = Form({"text": ["Half a w"], "weight0": [""]})
    assert FORM.fill(VALUE, typed) is typed
    assert FORM.fill(VALUE, Form({"something_else": ["1"]})).text("text") == "Palms"


def test_a_new_one_begins_with_what_its_fields_begin_with():
    begun = DESCRIPTION.fill(None, Form())
    assert begun.text("is_sealed") == "1"
    assert begun.text("maturity") == "1"
    assert begun.text("title_ar") == ""
    assert Description.__dataclass_fields__["is_sealed"].default is True


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({}, 0),
        ({"name0": [""], "weight0": [""]}, 0),
        ({"name0": [""], "name1": ["Flint"], "name2": [""], "name9": ["Far"]}, 2),
    ],
)
def test_rows_are_counted_to_the_last_that_says_something(fields: dict[str, Any], count: int):
    assert Form(fields).rows("name", "weight") == count
