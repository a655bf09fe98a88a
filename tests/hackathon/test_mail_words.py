"""Whatever anybody calls a team, an organisation or themselves: mail of the hub leads nobody anywhere but to the hub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.following.model import Found, News, Search
from casework.following.rules import news_text
from casework.outbox.model import Template, Waiting
from casework.outbox.rules import OWN_FIELDS, SUBJECT_FIELDS, compose
from casework.outbox.words import NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, told_name, told_text
from casework.people.model import Names
from citycore.language import LANGUAGES, Language, catalogue
from programme.registry import NOUNS
from stack.processes import ROOT

#: What mail programs make a link of, with and without a scheme.
LINKED = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*:/+\S|\bwww\.|mailto:|javascript:\S|[^\s@]@[^\s@]|[^\W_][.。．｡][^\W\d_]{2,}|\d+\.\d+\.\d+\.\d+"
)
HOSTILE = (
    "You won 500 OMR: https://evil.example/claim",
    "HTTPS://EVIL.EXAMPLE", "www.evil.example", "evil.example/claim now", "Call pay@evil.example", "//evil.example/x",
    "ht\u200btps://evil.example", "evil\u2060.example", "evil。example", "mailto:x@evil.example", "xn--evil.xn--p1ai",
    "line\n\nhttps://evil.example/claim\n\nDear user", "192.0.2.7/claim", "موقع.عمان", "https:\\\\evil.example", "a@b",
    "http://[2001:db8::1]/", "javascript:alert(1)", "ftp.evil.example:21", "https：／／evil.example",
)  # fmt: skip
OWN_LINK = "https://hub.example/portal/account"


def codes() -> Iterator[str]:
    rooms = (ROOT / "casework", ROOT / "hackathon", ROOT / "participation")
    for file in sorted(file for room in rooms for file in room.rglob("messages/en.toml")):
        for name in re.findall(r"^\[mail\.(\w+)\]$", file.read_text("utf-8"), re.MULTILINE):
            yield f"{file.parts[-3]}/{name}"


def fields_of(code: str, language: Language, part: str) -> set[str]:
    template = Template.of(code, NOUNS.packages)
    return set(
        re.findall(
            r"\{(\w+)(?::#\w+)?\}",
            catalogue(template.package).texts[language][f"mail.{template.name}.{part}"],
        )
    )


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str | None] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.add(dict(attrs)["href"])


def written(code: str, language: Language, hostile: str) -> EmailMessage:
    names = fields_of(code, language, "subject") | fields_of(code, language, "text")
    fields = {name: OWN_LINK if name.endswith("link") else hostile for name in names - OWN_FIELDS}
    fields |= dict.fromkeys(names & OWN_FIELDS, "own")
    mail = Waiting(
        UUID(int=1),
        Template.of(code, NOUNS.packages),
        language,
        "a@hub.example",
        fields,
        datetime.now(UTC),
        1,
    )
    made = message_from_bytes(compose(mail, "hub@muscat.example").as_bytes(), policy=default)
    assert isinstance(made, EmailMessage)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_leads_where_somebody_else_wants(language: Language) -> None:
    found = list(codes())
    assert len(found) > 60
    for number, code in enumerate(found):
        # Each kind of mail with some, and each of them in many mails.
        for hostile in (HOSTILE[number % len(HOSTILE)], HOSTILE[(number * 7 + 3) % len(HOSTILE)]):
            made = written(code, language, hostile)
            plain, markup = (made.get_body((kind,)) for kind in ("plain", "html"))
            assert plain is not None
            assert markup is not None
            links = Links()
            links.feed(markup.get_content())
            assert links.found <= {f"{OWN_LINK}?lang={language}"}, (code, hostile)
            for text in (made["Subject"], plain.get_content().replace(f"{OWN_LINK}?lang={language}", "")):
                assert LINKED.search(text) is None, (code, hostile, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_subjects_are_the_hubs_own_words(language: Language) -> None:
    for code in codes():
        assert fields_of(code, language, "subject") <= SUBJECT_FIELDS, code


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_passes_for_a_link_is_taken_out(hostile: str) -> None:
    assert LINKED.search(hostile.replace("\u200b", "").replace("\u2060", "")) is not None
    assert LINKED.search(told_name(hostile)) is None
    assert LINKED.search(told_text(hostile)) is None


@given(st.text(max_size=400))
def test_whatever_is_written_no_link_is_left_and_it_is_bounded(text: str) -> None:
    name = told_name(text)
    assert LINKED.search(name) is None
    assert len(name) <= NAME_CHARACTERS_MAX
    assert "\n" not in name
    assert told_name(name) == name
    assert len(told_text(text * 30)) <= TEXT_CHARACTERS_MAX


@pytest.mark.parametrize(
    "text",
    [
        "Shade palms", "فريق النخيل الأخضر", "Team 2.0", "PM2.5 & noise", "A.B. Said", "24/7 water", "e.g. this", "Oman – 2040",
        "بيانات المدينة 3.5", "#1 @home", "10:30", "50%",
    ],
)  # fmt: skip
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert told_name(text) == text


def test_news_of_a_search_name_what_was_found_and_lead_to_it_alone() -> None:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    for hostile in HOSTILE:
        found = (Found(Names(hostile, hostile), "/offerings/1"),)
        search = Search(UUID(int=1), UUID(int=2), "offerings", hostile, {}, at, at)
        told = news_text([News(search, found, has_more=True)], "en", "https://hub.example/portal")
        assert LINKED.search(told.replace("https://hub.example/portal/offerings/1", "")) is None, hostile
