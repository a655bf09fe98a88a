"""A sample of the widest questions that the hub's documents allow: none takes much memory, and none holds the loop for long."""

from __future__ import annotations

import asyncio
import os
import time

import httpx
import orjson

from benchmarks.widening.documents import read_documents
from benchmarks.widening.measuring import Peak
from benchmarks.widening.questions import Question, make_questions
from tests.hub_api.conftest import Api

COUNT, SEED = 56, 20_261_202
MEMORY_MIB_MAX, STALL_SECONDS_MAX = 64.0, 5.0
STEP_SECONDS = 0.01


async def longest_stall(client: httpx.AsyncClient, question: Question) -> tuple[int, float]:
    """The status, and the longest that the loop ran nothing else."""
    asking = (
        client.post(question.url, content=question.body, headers={"Content-Type": "application/json"})
        if question.body
        else client.get(question.url)
    )
    asked, longest = asyncio.create_task(asking), 0.0
    while not asked.done():
        began = time.monotonic()
        await asyncio.wait([asked], timeout=STEP_SECONDS)
        longest = max(longest, time.monotonic() - began - STEP_SECONDS)
    return (await asked).status_code, longest


def test_a_sample_stays_within_the_bounds(standing_api: Api) -> None:
    documents = read_documents(lambda path: standing_api.get(path).content, orjson.loads)
    peak = Peak(os.getpid())
    answered = 0
    for question in make_questions(documents, SEED, COUNT):
        before = peak.begin()
        status, stall = standing_api.run(lambda client, asked=question: longest_stall(client, asked))
        assert status not in {500, 503}, question
        assert stall < STALL_SECONDS_MAX, question
        assert peak.read() - before < MEMORY_MIB_MAX, question
        answered += status == httpx.codes.OK
    assert answered > COUNT / 3


def test_a_seed_makes_the_same_questions(standing_api: Api) -> None:
    documents = read_documents(lambda path: standing_api.get(path).content, orjson.loads)
    first, again, other = (list(make_questions(documents, seed, COUNT)) for seed in (1, 1, 2))
    assert first == again != other
    assert len({question.kind for question in first}) == 7
