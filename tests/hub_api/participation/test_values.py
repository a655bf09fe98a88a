"""What bodies hold: a description says exactly what is taken, with the limits of this hub."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field, ValidationError

from hackathon.outreach.activities.settings import ActivitySettings
from hub_api.programme.programs.schemas import Sent
from hub_api.programme.programs.values import WHOLE, MarkSent, Most, Text, TrimmedText, told_by
from tests.hub_api.participation.test_participation_document import document
from tests.hub_api.portal.conftest import Portal

SETTINGS = ActivitySettings(title_characters_max=3)


class ValuesSent(Sent):
    title: Annotated[TrimmedText, Most(ActivitySettings, "title_characters_max", least=1)] = "x"
    remark: Annotated[Text, Most(ActivitySettings, "title_characters_max")] | None = None
    several: Annotated[list[Text], Most(ActivitySettings, "title_characters_max")] = Field(
        default_factory=list
    )
    number: Annotated[int, Field(strict=True, ge=1, le=9), WHOLE] = 1
    mark: MarkSent = "n/a"


def limits(_: type[Any]) -> Any:
    return SETTINGS


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("title", "abc", "abc"), ("title", " a ", "a"), ("title", "abc ", None), ("title", "", None),
        ("title", " ", None), ("title", "\u2003\x1f\xa0", None), ("title", "\ufeff", "\ufeff"), ("title", "a\0", None),
        ("title", "\U0001f4a7" * 3, "\U0001f4a7" * 3), ("title", 1, None), ("title", None, None),
        ("remark", "", ""), ("remark", None, None), ("remark", "abcd", None), ("remark", "a\nb", "a\nb"),
        ("several", ["a"] * 3, ["a"] * 3), ("several", ["a"] * 4, None), ("several", "abc", None),
        ("number", 9, 9), ("number", 9.0, 9), ("number", 9.5, None), ("number", 0, None), ("number", "9", None),
        ("number", True, None), ("number", 1e300, None),
        ("mark", 7.5, Decimal("7.5")), ("mark", "7.50", Decimal("7.50")), ("mark", "n/a", "n/a"), ("mark", "", None),
        ("mark", -1_000_000, Decimal(-1_000_000)), ("mark", 1_000_000.5, None), ("mark", "1000000.5", None),
        ("mark", 974021.7878038452, Decimal("974021.7878038452")), ("mark", True, None), ("mark", "٣", None),
    ],
)  # fmt: skip
def test_what_fits_the_description_is_taken_and_nothing_else(field: str, value: Any, taken: Any) -> None:
    with told_by(limits):
        described = Draft202012Validator(ValuesSent.model_json_schema())
    try:
        found = getattr(ValuesSent.model_validate({field: value}, context=limits), field)
    except ValidationError:
        is_taken, found = False, None
    else:
        is_taken = True
    assert described.is_valid({field: value}) is is_taken
    assert (found, type(found)) == (taken, type(taken))


def test_the_document_has_the_limits_of_the_hub(portal: Portal) -> None:
    schemas = document(portal)["components"]["schemas"]
    title = schemas["EventSent"]["properties"]["title"]
    assert title["maxLength"] == portal.office.settings.activities.title_characters_max
    assert schemas["ViewSent"]["properties"]["pieces"]["maxItems"] == 12
    assert schemas["SheetSent"]["properties"]["comments"]["additionalProperties"] is False
