"""Names and titles that people type stand in one line among the words of others: each place refuses marks that turn letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from msgspec import structs

from casework.access_tokens.model import TokenScope, Wish
from casework.access_tokens.rules import why_wrong as wrong_token
from casework.access_tokens.settings import AccessTokenSettings
from casework.following.model import Kind, Wanted
from casework.following.rules import why_wrong as wrong_search
from casework.following.settings import SearchSettings
from casework.forms.model import FieldKind, FormField
from casework.forms.reading import read_answers
from casework.own_views.rules import why_not
from casework.people.errors import InvalidName
from casework.people.names import parse_names, parse_public_names
from casework.workflow.errors import LettersTurned, ScriptsMixed
from casework.workflow.fields import Fields
from citycore.arrangements.model import Piece
from citycore.arrangements.rules import fault_in
from citycore.arrangements.settings import ArrangementSettings
from citycore.errors import FalajError
from citycore.registry.document import Document, PlaceEntry, SourceEntry, ThingEntry
from citycore.registry.errors import DocumentInvalid
from citycore.registry.rules import Known, check_document
from hackathon.contest.teams.model import Profile
from hackathon.contest.teams.rules import check as check_team
from hackathon.contest.teams.settings import TeamSettings
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.rules import read_name
from participation.ideas.model import NewIdea
from participation.ideas.rules import wrong_idea
from participation.ideas.settings import IdeaSettings

TURNED: Final = ("Amal\u202egnp", "Am\u2066al", "Am\u200bal", "Am\x00al", "Am\nal", "Am\u2028al")
ROOT: Final = Path(__file__).parents[2]
IDEA: Final = NewIdea(title="Shade at bus stops", body="More of it.\nPlease.")
SOURCE: Final = SourceEntry(code="amal", name_en="Amal", name_ar="أمل")
NOTHING_KNOWN: Final = Known({}, (), (), ())
SEARCHES: Final = Kind("offers", "/offers", frozenset(), lambda wanted: None, lambda *_: [])


def _raises(*refusals: object) -> None:
    for refusal in refusals:
        if isinstance(refusal, FalajError):
            raise refusal


def _written(package: str, field: str, text: str) -> None:
    _raises(Fields(package).wrong_text(field, text, 120))


def _answered(kind: FieldKind, text: str) -> None:
    _, wrong = read_answers([FormField("a", "ا", "A", kind)], {"a": [text]})
    if {one.fault for one in wrong} & {"letters", "one_line"}:
        raise LettersTurned(field="name")


def _arranged(text: str) -> None:
    fault = fault_in([Piece("overview", "map", title=text)], ArrangementSettings())
    assert fault is None or fault.field == "title"
    if fault is not None:
        raise LettersTurned(field="name")


PLACES: Final[dict[str, Callable[[str], object]]] = {
    "a person": lambda text: parse_names(None, text, 120),
    "an organisation": lambda text: parse_public_names(text, None, 120),
    "a team": lambda text: check_team(Profile(text), TeamSettings()),
    "a role in a team": lambda text: check_team(Profile("Amal", open_roles=(text,)), TeamSettings()),
    "an idea": lambda text: _raises(*wrong_idea(replace(IDEA, title=text), IdeaSettings())),
    "a nickname": lambda text: _raises(*wrong_idea(replace(IDEA, byline=text), IdeaSettings())),
    "a token": lambda text: _raises(
        wrong_token(Wish(text, [TokenScope.TEAMS_READ], 1), AccessTokenSettings())
    ),
    "a search": lambda text: _raises(wrong_search(SEARCHES, Wanted("bus", {}), text, SearchSettings())),
    "an own view": lambda text: _raises(why_not(text, [], ArrangementSettings())),
    "a piece of a view": _arranged,
    "an answer in a line": lambda text: _answered(FieldKind.LINE, text),
    "a source": lambda text: check_document(
        Document(sources=[structs.replace(SOURCE, name_en=text)]), NOTHING_KNOWN
    ),
    "a thing": lambda text: check_document(
        Document(
            sources=[
                structs.replace(
                    SOURCE, things=[ThingEntry(code="a", kind="station", name_en="Amal", name_ar=text)]
                )
            ]
        ),
        NOTHING_KNOWN,
    ),
    "a place": lambda text: check_document(
        Document(places=[PlaceEntry(code="amal", kind="other", name_en=text, name_ar="أمل")]), NOTHING_KNOWN
    ),
    "an entity of SensorThings": lambda text: read_name("name", text, 120),
    **{
        f"{field} of {package}": partial(_written, package, field)
        for package, field in (
            ("hackathon.contest.hackathons", "title_ar"),
            ("hackathon.contest.hackathons", "prize_title"),
            ("hackathon.contest.hackathons", "partner_name"),
            ("participation.dialogue", "speaker"),
            ("participation.dialogue", "subject_en"),
            ("participation.dialogue", "place_ar"),
        )
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_names_refuse_what_turns_letters(place: str) -> None:
    accept = PLACES[place]
    accept("Amal أمل\u200f (3)")
    for text in TURNED:
        if place in {"a person", "an organisation"} and text.split() != [text]:
            continue  # spaces of all kinds become one
        with pytest.raises((InvalidName, LettersTurned, DocumentInvalid, EntityInvalid)):
            accept(text)


def test_prose_has_lines_and_never_overrides_a_direction() -> None:
    fields = Fields("participation.voices")
    assert fields.wrong_text("body", "one\n\u2068two\u2069", 120) is None
    assert isinstance(fields.wrong_text("body", "Amal\u202egnp", 120), LettersTurned)
    _answered(FieldKind.TEXT, "one\n\u2068two\u2069")
    with pytest.raises(LettersTurned):
        _answered(FieldKind.TEXT, "Amal\u202egnp")


def test_no_team_or_organisation_looks_like_another() -> None:
    for refused, accept in (
        (InvalidName, lambda text: parse_public_names(None, text, 120)),
        (ScriptsMixed, lambda text: check_team(Profile(text), TeamSettings())),
    ):
        accept("بلدية مسقط Muscat 2026")
        with pytest.raises(refused) as caught:
            accept("Musc\u0430t Municipality")
        assert all(caught.value.text(language) for language in ("ar", "en"))


def test_nothing_else_decides_what_a_name_may_hold() -> None:
    """``isprintable`` stays where no name is checked: subjects of providers, scanners, browsers, addresses of the web."""
    found = {
        str(file.relative_to(ROOT))
        for package in ("casework", "hackathon", "participation")
        for file in (ROOT / package).rglob("*.py")
        if re.search(r"\.isprintable\(", file.read_text("utf-8"))
    }
    assert found == {
        "casework/files/scanning.py",
        "casework/people/blocked/make.py",
        "casework/people/oidc/rules.py",
        "casework/people/sessions/service.py",
        "hackathon/market/vendors/rules.py",
    }
