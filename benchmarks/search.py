"""The search of everything over a hundred thousand texts in both languages: how long a page takes, and an answer to a program.

Texts are made of invented words that are as unevenly common as those of languages are. Questions are words of a text as people type
them: every third has a slip. The common ones are single words that stand in a third of all texts. The base is the same page
without a question. Beside each figure stands the processor time of the page, with that of PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import numpy as np
import psycopg
import structlog

from benchmarks.portal import Side, open_side
from benchmarks.processor import Meter
from benchmarks.programme.crowd import EMPTY
from benchmarks.reading.servers import stage
from benchmarks.report import Case, report
from citycore.clock import system_clock
from citycore.store.queries import load_queries

P95_MS_MAX = 50.0
WORDS_EACH, THINGS_SHARE, SLIPS_EACH = 20_000, 0.3, 3
_LETTERS = {"ar": "ابتثجحخدرزسشصضطظعغفقكلمنهوي", "en": "abcdefghiklmnoprstuvwy"}
_QUERIES = load_queries("benchmarks", "search.sql")
GOVERNORATES = (
    "OM-MA",
    "OM-DA",
    "OM-BU",
    "OM-WU",
    "OM-ZA",
    "OM-BJ",
    "OM-BS",
    "OM-SJ",
    "OM-SS",
    "OM-ZU",
    "OM-MU",
)


class Language:
    """Words, the first of which are by far the most common."""

    def __init__(self, code: str, chance: random.Random) -> None:
        letters = _LETTERS[code]
        self.code, self._chance = code, chance
        self.words = ["".join(chance.choices(letters, k=chance.randint(4, 9))) for _ in range(WORDS_EACH)]
        self._weights = list(accumulate(1 / (place + 3) for place in range(WORDS_EACH)))

    def text(self, words: int) -> list[str]:
        return self._chance.choices(self.words, cum_weights=self._weights, k=words)


def fill_texts(owner: psycopg.Connection, texts: int, at: datetime) -> list[str]:
    """So many ideas and things; the questions that lead to some of them."""
    chance = random.Random(22)  # noqa: S311 (figures are to be repeated)
    languages = [Language(code, chance) for code in ("ar", "en")]
    questions = []
    things = int(texts * THINGS_SHARE)
    with owner.transaction(), owner.cursor() as cursor:
        with cursor.copy(_QUERIES["copy_ideas"]) as copy:
            for number in range(texts - things):
                language = languages[number % 2]
                title, body = language.text(chance.randint(3, 7)), language.text(chance.randint(25, 60))
                key = UUID(int=chance.getrandbits(128), version=4)
                when = at - timedelta(minutes=number)
                digest = sha256(str(number).encode()).digest()
                said = (language.code, " ".join(title), " ".join(body), chance.choice(GOVERNORATES))
                copy.write_row((key, "open", when, when, when, "", "", *said, digest))
                if number % 97 == 0:
                    questions.append(asked(chance, [*title[:3], *body[:2]]))
        owner.execute(_QUERIES["source"])
        with cursor.copy(_QUERIES["copy_things"]) as copy:
            for number in range(things):
                names = (" ".join(language.text(4)) for language in languages)
                copy.write_row((f"bench-{number}", *names))
        owner.execute(_QUERIES["settle_things"])
    return questions


def asked(chance: random.Random, words: list[str]) -> str:
    """Some of these words; in every third a letter is missing or two have changed places."""
    words = chance.sample(words, k=chance.randint(2, len(words)))
    if chance.randrange(SLIPS_EACH) == 0:
        place = chance.randrange(len(words))
        word = words[place]
        at = chance.randrange(1, len(word) - 1)
        words[place] = (
            word[:at] + word[at + 1 :]
            if chance.random() < 0.5
            else word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        )
    return " ".join(words)


def targets(questions: Sequence[str], common: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """What is asked for, by the name of its case."""
    yield "page without a question", ["/portal/search"]
    yield "page, as people ask", [f"/portal/search?q={quote(one)}" for one in questions]
    yield "page, one common word", [f"/portal/search?q={quote(one)}" for one in common]
    yield "page, of one kind", [f"/portal/search?q={quote(one)}&kind=idea" for one in questions]
    yield "page, of a governorate", [f"/portal/search?governorate={one}" for one in GOVERNORATES]
    yield "/v1/search, as people ask", [f"/v1/search?limit=20&q={quote(one)}" for one in questions]
    yield "page of a governorate's own", [f"/portal/governorates/{one}" for one in GOVERNORATES]
    yield "map of governorates", ["/portal/governorates"]


async def measure(side: Side, meter: Meter, asks: Mapping[str, list[str]], requests: int) -> list[Case]:
    cases: list[Case] = []
    async with side.app.router.lifespan_context(side.app):
        base = 1.0
        for name, addresses in asks.items():
            chosen = [addresses[place % len(addresses)] for place in range(requests)]
            for address in chosen[:20]:  # until the server knows the statements
                await side.ask(address, None)
            answers, worked = [], []
            for address in chosen:
                before = meter.read()
                answers.append(await side.ask(address, None))
                worked.append(meter.milliseconds_since(before))
            assert all(one.status == 200 for one in answers), name
            times = np.array([one.milliseconds for one in answers])
            base = float(np.percentile(times, 50)) if not cases else base
            for part, target in ((50, None), (95, P95_MS_MAX)):
                figure = float(np.percentile(times, part))
                cases.append(Case(f"{name}, p{part}", figure, "ms", base, None, target, at_most=True))
                own = float(np.percentile(np.array(worked), part))
                cases.append(Case(f"{name}, p{part} of processor time", own, "ms"))
    return cases


def main(arguments: Sequence[str]) -> int:
    from casework.search.service import take_in

    parser = argparse.ArgumentParser(prog="falaj bench search")
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=200, help="of each case")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    os.environ.setdefault("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="falaj-bench-")))
        folder.chmod(0o755)
        postgres = ending.enter_context(stage(folder)).postgres
        at = system_clock()
        side = open_side(postgres, "bench_search", EMPTY, at, folder)
        with psycopg.connect(postgres.url("owner", "bench_search"), autocommit=True) as owner:
            questions = fill_texts(owner, options.texts, at)
            began = time.perf_counter()
            put = take_in(side.app.state.office.programme)
            seconds = time.perf_counter() - began
            owner.execute(_QUERIES["analyse"])
            common = [word for (word,) in owner.execute(_QUERIES["common"]).fetchall()]
        asks = dict(targets(questions, common))
        cases = [Case("all texts into the index", put / seconds, "texts/s")]
        meter = Meter(postgres, "bench_search")
        cases += asyncio.run(measure(side, meter, asks, options.requests))
    report("search", cases, options.json)
    return 0 if all(case.meets is not False for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
