"""What the bodies and answers of several nouns have in common, as documented; the tests hold the answers against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from casework.workflow.model import Machine
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark, NotApplicable
from hub_api.programme.open_data.elements import From, Record, both_languages
from hub_api.programme.programs.values import MarkSent, Text
from hub_api.serving.lists.model import Element
from hub_api.serving.schemas import Names, Schema

Value = TypeVar("Value")


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def value(self, kind: Callable[..., Value], **converted: object) -> Value:
        """The value that has these fields."""
        return kind(**dict(self) | converted)


MarksSent = Annotated[
    dict[Text, MarkSent],
    Field(description="By the codes of the criteria; a criterion that is missing is blank"),
]
MarksElement = dict[str, float | Literal["n/a"]]
VersionCount = Annotated[int, From("versions"), Field(description="How often it was handed in")]
FrozenDigest = Annotated[
    str | None, From("frozen_digest"), Field(description="Of the version that was frozen at the close")
]
ContentDigest = Annotated[
    str, From("digest"), Field(description="Over the canonical content, digests of files included")
]


def marks_of(sent: Mapping[str, Decimal | Literal["n/a"]]) -> dict[str, Mark]:
    return {code: mark if isinstance(mark, Decimal) else NOT_APPLICABLE for code, mark in sent.items()}


def said(marks: Mapping[str, Mark]) -> dict[str, float | str]:
    return {
        code: mark.value if isinstance(mark, NotApplicable) else float(mark) for code, mark in marks.items()
    }


class Stateful(Schema):
    state: str
    state_name: Names
    state_reason: str | None
    version: int = Field(description="Also the ETag")


class FormFieldElement(Schema):
    code: str
    name: Names
    kind: Literal["line", "text", "link"]
    required: Annotated[bool, From("is_required")]
    characters_max: int


class FileElement(Schema):
    file: Annotated[UUID, From("file_id")]
    name: str
    media_type: str
    size_bytes: int
    sha256: Annotated[str, From("digest")]


class CriterionElement(Schema):
    code: str
    name: Names
    weight: float = Field(description="Percent")
    may_be_not_applicable: bool


class RubricElement(Schema):
    lowest: Annotated[float, From("scale.lowest")]
    highest: Annotated[float, From("scale.highest")]
    step: Annotated[float, From("scale.step")]
    criteria: list[CriterionElement]


class DateElement(Schema):
    deadline: str
    name: Names
    instant: datetime
    zone: str = Field(description="In which it was announced")


def dates_of(machine: Machine[Any]) -> From:
    """The deadlines of something of that workflow."""

    def read(dates: Iterable[Record]) -> list[Element]:
        return [
            {
                "deadline": each["name"],
                "name": both_languages(machine.label("deadline", each["name"])),
                "instant": each["instant"],
                "zone": each["zone"],
            }
            for each in dates
        ]

    return From("deadlines", read)
