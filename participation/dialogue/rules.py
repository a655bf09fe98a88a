"""What may be written, who counts once, and in which order statements are shown. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from math import log
from typing import Final
from uuid import UUID

import numpy as np

from casework.access.model import Scope, ScopeKind
from casework.follow_up.rules import read_signed, signed
from casework.statistics.groups import Votes
from casework.workflow.errors import Refusal
from casework.workflow.fields import Fields
from citycore.normalisation import normalise_text
from participation.dialogue.errors import SeedsTooMany, StatementsTooFew
from participation.dialogue.model import (
    PACKAGE,
    AgendaLine,
    NewIdea,
    NewRecommendation,
    Plan,
    Statement,
    Texts,
    Times,
)
from participation.dialogue.settings import DialogueSettings

FIELDS: Final = Fields(PACKAGE)
_BROWSER_SEAL, _KEY_SEAL = b"falaj participant 1\0", b"falaj participant key 1\0"
_TAKEN = 2**64


def scopes_of(session_id: UUID | None) -> frozenset[Scope]:
    """Where those who lead a session, or moderate in it, hold a role; of what is in no session the hub alone."""
    return frozenset() if session_id is None else frozenset({Scope(ScopeKind.SESSION, session_id)})


def author_scopes(idea_id: UUID, author_id: UUID | None) -> frozenset[Scope]:
    own = {Scope(ScopeKind.CASE, idea_id)}
    return frozenset(own if author_id is None else {*own, Scope(ScopeKind.PERSON, author_id)})


def wrong_plan(plan: Plan, times: Times, settings: DialogueSettings, at: datetime) -> Iterator[Refusal]:
    """What cannot be stored of a draft like this."""
    yield from FIELDS.wrong_texts(plan, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(plan, ("question_ar", "question_en"), settings.question_characters_max)
    yield from FIELDS.wrong_texts(plan, ("place_ar", "place_en"), settings.place_characters_max, 0)
    yield from FIELDS.wrong_link("online_link", plan.online_link, settings.link_characters_max)
    if not 1 <= plan.seats <= settings.seats_max:
        yield FIELDS.wrong("seats", f"1–{settings.seats_max}")
    if len(plan.agenda) > settings.agenda_lines_max:
        yield FIELDS.wrong("agenda", f"0–{settings.agenda_lines_max}")
    for line in plan.agenda:
        yield from _wrong_line(line, settings)
    if not at < times.begins < times.ends <= times.begins + timedelta(minutes=settings.minutes_max):
        yield FIELDS.wrong("ends", f"1–{settings.minutes_max}")


def _wrong_line(line: AgendaLine, settings: DialogueSettings) -> Iterator[Refusal]:
    if not 1 <= line.minutes <= settings.minutes_max:
        yield FIELDS.wrong("minutes", f"1–{settings.minutes_max}")
    yield from FIELDS.wrong_texts(line, ("subject_ar", "subject_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(line, ("speaker",), settings.title_characters_max, 0)


def wrong_texts(field: str, texts: Texts, most: int, least: int = 0) -> Iterator[Refusal]:
    for language in ("ar", "en"):
        refusal = FIELDS.wrong_text(f"{field}_{language}", getattr(texts, language), most, least)
        if refusal is not None:
            yield refusal


def wrong_recommendation(said: NewRecommendation, settings: DialogueSettings) -> Iterator[Refusal]:
    """It says what it follows from: ideas, or words of the summary."""
    yield from FIELDS.wrong_texts(said, ("title_ar", "title_en"), settings.title_characters_max)
    yield from FIELDS.wrong_texts(said, ("text_ar", "text_en"), settings.text_characters_max)
    least = 0 if said.ideas else 1
    yield from FIELDS.wrong_texts(said, ("passage_ar", "passage_en"), settings.text_characters_max, least)


def wrong_idea(said: NewIdea, settings: DialogueSettings) -> Iterator[Refusal]:
    yield from FIELDS.wrong_texts(said, ("title",), settings.idea_title_characters_max)
    yield from FIELDS.wrong_texts(said, ("body",), settings.idea_characters_max)
    yield from FIELDS.wrong_texts(said, ("byline",), settings.byline_characters_max, 0)


def has_passage(summary: str, passage: str) -> bool:
    """Whether the words stand in the summary, however their lines break."""
    return " ".join(passage.split()) in " ".join(summary.split())


def body_digest(body: str) -> bytes:
    """The same for texts that differ in spelling and spaces alone."""
    return sha256(" ".join(normalise_text(body).split()).encode()).digest()


def sign_browser(key: bytes, token: str) -> str:
    """What a browser keeps: a random token, and the seal by which the hub knows its own."""
    return signed(key, _BROWSER_SEAL, token)


def read_browser(key: bytes, text: str) -> str | None:
    """The token; None for what this hub has not given."""
    return read_signed(key, _BROWSER_SEAL, text) if text else None


def participant(key: bytes, token: str, object_id: UUID) -> UUID:
    """What a browser counts as in one thing: another one in each, so that nothing joins what it did in two."""
    return UUID(bytes=hmac.digest(key, _KEY_SEAL + object_id.bytes + token.encode(), sha256)[:16])


def next_statement(seed: int, voter: UUID, seen: Mapping[UUID, int], own: Collection[UUID]) -> UUID | None:
    """Which statement a voter is shown, drawn with weights of one over how often it was seen.

    The same until it is answered, whatever others do in between matters little: each statement has its own chance.
    """
    left = sorted(seen.keys() - set(own))
    return max(left, key=lambda one: (1 + seen[one]) * log(_chance(seed, voter, one)), default=None)


def _chance(seed: int, voter: UUID, statement_id: UUID) -> float:
    """Above 0 and up to 1."""
    drawn = sha256(f"{seed}/{voter}/{statement_id}".encode()).digest()
    return (int.from_bytes(drawn[:8], "big") + 1) / _TAKEN


def why_no_voting(statements: Sequence[Statement], settings: DialogueSettings) -> Refusal | None:
    """What stands against opening it: too little to vote on, or too much of it by officials."""
    if len(statements) < settings.statements_min:
        return StatementsTooFew(least=settings.statements_min)
    seeds = sum(one.is_seed for one in statements)
    if seeds * 100 > len(statements) * settings.seed_percent_max:
        return SeedsTooMany(percent=settings.seed_percent_max)
    return None


def vote_table(rows: Sequence[tuple[UUID, UUID, int]], statements: Sequence[Statement]) -> Votes:
    """``rows`` are (voter, statement, vote); a row a voter and a column a statement, NaN where it was not seen."""
    voters = {voter: place for place, voter in enumerate(sorted({voter for voter, _, _ in rows}))}
    places = {one.statement_id: place for place, one in enumerate(statements)}
    table = np.full((len(voters), len(statements)), np.nan)
    for voter, statement_id, vote in rows:
        table[voters[voter], places[statement_id]] = vote
    return table
