"""Texts use the terms of docs/words.md, and nouns agree with their numbers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest

from citycore.language import COUNTED_FORMS, LANGUAGES, Language, catalogue, counted
from stack.errors_page import known_errors
from tests.architecture.test_house import ROOT, tracked

PLURALS = frozenset(("none", "zero", "one", "two", "few", "many", "other"))
FIELD_BEFORE_NOUN = re.compile(r"\{[a-z_]+\}\N{POP DIRECTIONAL ISOLATE}? (\w+)(?![\w/])")


def leaves(table: dict[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path} {key}")
        else:
            yield f"{path} {key}", str(value)


@cache
def texts(language: Language) -> dict[str, str]:
    """Every text of a language by its place: file and key."""
    return {
        place: text
        for file in tracked(f"*/messages/{language}.toml")
        if file.relative_to(ROOT).parts[0] != "tests"
        for place, text in leaves(tomllib.loads(file.read_text("utf-8")), file.relative_to(ROOT).as_posix())
    }


def terms() -> list[dict[str, str]]:
    lines = [line for line in (ROOT / "docs/words.md").read_text("utf-8").splitlines() if line[:1] == "|"]
    heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("language", "name"), [("en", "English"), ("ar", "Arabic")])
def test_every_term_is_in_use_and_nothing_that_it_replaces_is(language: Language, name: str):
    everything = "\n".join(texts(language).values()).lower()
    unused = [term[name] for term in terms() if term[name].lower() not in everything]
    assert unused == []
    refused = {word.strip() for term in terms() for word in term[f"not in {name}"].split(",") if word.strip()}
    found = {
        word: place
        for place, text in texts(language).items()
        for word in refused
        if re.search(rf"\b{re.escape(word)}", re.sub(r"\{[^}]*\}", "", text), re.IGNORECASE)
    }
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_number_before_a_noun_that_has_its_forms(language: Language):
    nouns = {
        form.replace("{n} ", "").split()[0]
        for key, forms in catalogue("citycore").texts[language].items()
        if key.startswith("counted.")
        for form in forms.split("|")
    }
    found = {
        place: text
        for place, text in texts(language).items()
        if place.split()[-1] not in PLURALS and " counted " not in place
        for noun in FIELD_BEFORE_NOUN.findall(text)
        if noun in nouns
    }
    assert found == {}


def test_digits_are_of_one_kind():
    patterns = ("*.toml", "*.html", "*.ar.md")
    typed_by_people = {"tests", "benchmarks"}
    files = [
        file
        for pattern in patterns
        for file in tracked(pattern)
        if not typed_by_people & set(file.relative_to(ROOT).parts)
    ]
    assert files
    found = [str(file.relative_to(ROOT)) for file in files if re.search("[٠-٩۰-۹]", file.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("number", "arabic", "english"),
    [
        (1, "يوم واحد", "1 day"),
        (2, "يومين", "2 days"),
        (3, "3 أيام", "3 days"),
        (11, "11 يومًا", "11 days"),
        (100, "100 يوم", "100 days"),
        (103, "103 أيام", "103 days"),
        (0, "0 يوم", "0 days"),
        ("1–7", "1–7 يوم", "1–7 days"),
    ],
)
def test_nouns_agree_with_their_numbers(number: object, arabic: str, english: str):
    assert counted(number, "day", "ar") == arabic
    assert counted(number, "day", "en") == english


def test_every_counted_noun_has_all_forms():
    for language in LANGUAGES:
        for key, forms in catalogue("citycore").texts[language].items():
            if key.startswith("counted."):
                assert len(forms.split("|")) == len(COUNTED_FORMS[language]), key


#: Texts that are no errors and that only the command line, the log and mails to administrators show.
_OF_OPERATORS = re.compile(
    r"stack/messages/"
    r"|citycore/messages/\w+\.toml hindrance too_large$"
    r"|casework/self_checks/messages/\w+\.toml mail (log_broken|scanner_away|heads) text$"
)
#: Pages that administrators alone see.
_PAGES_OF_OPERATORS = (
    "hub_api/programme/casework/staff/audit.html",
    "hub_api/programme/casework/staff/overview.html",
)
_COMMAND = re.compile(r"\./falaj|\bfalaj [a-z]+[- ]|\bfalaj (keys|demo|up)\b|\bFALAJ_[A-Z]")


def errors_of_operators() -> set[str]:
    """Ends of places of errors that readers never get: private ones, and those of the command line itself."""
    known = [error for error in known_errors() if error.is_private or error.__module__.startswith("stack.")]
    return {f" error {error.slug}" for error in known}


def test_the_public_is_never_told_a_command():
    ends = tuple(errors_of_operators())
    found = {
        place: text
        for language in LANGUAGES
        for place, text in texts(language).items()
        if _COMMAND.search(text) and not _OF_OPERATORS.match(place) and not place.endswith(ends)
    }
    pages = [
        name
        for file in (*tracked("hub_api/*.html"), *tracked("hub_api/serving/operator/texts/*.md"))
        if (name := file.relative_to(ROOT).as_posix()) not in _PAGES_OF_OPERATORS
        and _COMMAND.search(file.read_text("utf-8"))
    ]
    assert (found, pages) == ({}, [])


def test_texts_of_operators_are_in_use():
    """Or the list of what may name a command would grow old."""
    named = {
        place for language in LANGUAGES for place, text in texts(language).items() if _COMMAND.search(text)
    }
    kinds = {
        match[0].replace("/ar.toml", "/en.toml") for place in named if (match := _OF_OPERATORS.match(place))
    }
    assert len(kinds) == 5
