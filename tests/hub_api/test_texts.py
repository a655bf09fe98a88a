from __future__ import annotations

import re

import pytest

from citycore.errors import FalajError
from hub_api.developers.documentation.problems import DOCUMENTED
from hub_api.serving.problems import FAULT_CODES
from hub_api.serving.texts import TEXTS, preferred_language


def test_both_languages_have_the_same_texts_with_the_same_fields() -> None:
    english, arabic = TEXTS.texts["en"], TEXTS.texts["ar"]
    assert english.keys() == arabic.keys()
    for key, text in english.items():
        assert set(re.findall(r"{(\w+)[:}]", text)) == set(re.findall(r"{(\w+)[:}]", arabic[key])), key


def test_arabic_texts_are_arabic() -> None:
    for key, text in TEXTS.texts["ar"].items():
        words = re.sub(r"\{[^}]*\}", "", text)  # what is put in may be all there is
        assert re.search(r"[\u0621-\u064a]", words) or not any(map(str.isalpha, words)), key


def test_every_problem_and_fault_has_its_texts() -> None:
    for code in DOCUMENTED:
        assert {f"problem.{code}.title", f"problem.{code}.detail"} <= TEXTS.texts["en"].keys()
    for code in FAULT_CODES.values():
        assert f"fault.{code}" in TEXTS.texts["en"]


def test_what_is_no_business_of_readers_has_words_for_them() -> None:
    """Or an answer about a server that is away would be an error of ours."""
    private = {kind.slug for kind in FalajError.__subclasses__() if kind.is_private}
    assert {"store_unavailable", "archive_unavailable", "broker_refused"} <= private
    # Before there is an API, and in the worker.
    unmet = {
        "database_older",
        "credential_missing",
        "credential_twice",
        "credential_unreadable",
        "log_level_unknown",
        "placeholder_left",
    }
    met = private - unmet - {"log_broken", "heads_not_noted"}
    assert {f"problem.{slug}.detail" for slug in met} <= TEXTS.texts["en"].keys()


@pytest.mark.parametrize(
    ("field", "language"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("ar-OM,ar;q=0.9,en;q=0.8", "ar"),
        ("fr, en;q=0.5, ar;q=0.8", "ar"),
        ("en;q=0.9, ar;q=0.1", "en"),
        ("ar;q=nonsense", "en"),
        ("ar;q=0", "en"),
        ("*", "en"),
    ],
)
def test_accept_language_chooses_between_ours(field: str, language: str) -> None:
    assert preferred_language(field) == language
