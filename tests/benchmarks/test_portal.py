"""What the benchmark of the portal measures, and that its lists find words however they are spelled."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.portal import Page, Side, addresses, find_pages, open_side
from benchmarks.programme.crowd import EMPTY, id_of
from citycore.clock import system_clock
from stack.postgres import PrivatePostgres

REVIEWED = id_of("call 1")
JUDGED, CONCLUDED, RUNNING = (id_of(f"hackathon {number}") for number in (1, 2, 3))
#: A list, what stands in it, and how else people write that: without tashkeel, hamza and ta marbuta, or with other ones.
SPELLED = {
    "/portal/desk/people": ("فاطمة التجريبي 13", ("فاطمه", "فَاطِمَة", "فاطمة")),
    "/portal/organisations": ("مؤسسة الإبداع التجريبية 1", ("مؤسسه الابداع", "مُؤسَّسَة", "التجريبيه")),
    "/portal/ambassadors": ("مُنى التجريبي 3", ("منى", "مني", "مُنَى")),
    f"/portal/hackathons/{JUDGED}/desk/jury": ("إيمان التجريبي 2", ("ايمان", "إِيمَان", "التجريبى ٢")),
    f"/portal/hackathons/{JUDGED}/teams": ("ظِلال 1", ("ظلال", "ظِلَال", "ظــلال")),
    f"/portal/hackathons/{CONCLUDED}/submissions": ("إشارات ذكيّة 2", ("اشارات ذكيه", "إِشَارات", "ذكية")),
    "/portal/desk/certificates": ("آمنة التجريبي 11", ("امنه", "آمِنَة", "أمنة")),
    f"/portal/hackathons/{CONCLUDED}/desk/certificates": ("آمنة التجريبي 11", ("امنه", "آمِنَة", "أمنة")),
    f"/portal/hackathons/{RUNNING}/teams": ("Shade 3", ("shade", "SHADE")),
    "/portal/calls": ("دعوة أبحاث المياه 1", ("دعوه ابحاث", "أَبحاث")),
    f"/portal/calls/{REVIEWED}/desk/applications": ("Dust maps 1", ("dust", "MAPS")),
    "/portal/needs": ("إنارة الشوارع 1", ("اناره", "إِنارة")),
    "/portal/offerings": ("كشف التسرّب 1", ("التسرب", "التســرب")),
    "/portal/awards": ("قياس المياه 2", ("قِياس", "المياة")),
}  # fmt: skip
CALL_DESK, GRANTS = "/portal/calls/{call_id}/desk", "/v1/innovation/common-grants/opportunities"
#: Some of the pages that are measured: of the contest, of funding and of the marketplace.
PAGES = {
    "/portal", "/portal/hackathons", "/portal/hackathons/{hackathon_id} #2", "/portal/desk/people ?q",
    "/portal/hackathons/{hackathon_id}/teams #1", "/portal/account/judging", "/v1/innovation/hackathons",
    "/v1/innovation/reach", "/v1/innovation/reach ?limit",
    "/portal/calls ?q", f"{CALL_DESK}/applications #1", f"{CALL_DESK}/applications #2 ?q",
    f"{CALL_DESK}/applications/{{application_id}} #1 #1", f"{CALL_DESK}/panel #1", f"{CALL_DESK}/awards #2",
    "/portal/calls/{call_id}/reviews #1 ?q", "/portal/reviews/{review_id}",
    "/portal/applications/{application_id}/form #3", "/portal/awards ?q", "/portal/awards/{award_id}",
    "/portal/desk/claims", "/portal/needs ?q", "/portal/needs/{need_id}/matches #2",
    "/portal/needs/{need_id}/evaluation #3", "/portal/needs/{need_id}/response #1",
    "/portal/responses/{response_id}", "/portal/offerings ?q", "/portal/desk/vendors ?q",
    "/portal/account/vendor/matches", "/portal/introductions/{introduction_id}", "/portal/pilots/{pilot_id}",
}  # fmt: skip
LISTS = [
    f"/v1/innovation/{name}"
    for name in ("calls", "needs", "offerings", "vendors", "funding-awards", "introductions", "pilots", "deadlines")
]  # fmt: skip
SINGLE = ("/v1/innovation/360giving", GRANTS, "/v1/innovation/pilots/{pilot}")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def side(
    postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner
) -> Iterator[Side]:
    folder: Path = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FALAJ_DATA", str(folder))
        patch.setenv("FALAJ_LIMITS_FREE_NETWORKS", "127.0.0.0/8")
        side = open_side(postgres, "bench_test", EMPTY, system_clock(), folder)
        context = side.app.router.lifespan_context(side.app)
        runner.run(context.__aenter__())
        yield side
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture(scope="module")
def found(side: Side, runner: asyncio.Runner) -> dict[str, Page]:
    """The pages that are looked for here, by their names."""
    routes = {re.escape(name.partition(" ")[0]) for name in (*PAGES, *LISTS, *SINGLE)}
    wanted = re.compile(rf"\A(?:{'|'.join(routes)})(?: .*)?\Z")
    return {page.name: page for page in runner.run(find_pages([side], wanted))}


def test_pages_come_from_the_routes(found: dict[str, Page]) -> None:
    assert found.keys() >= PAGES
    names = {name for name, _ in addresses()}
    assert {name for name in PAGES if "?" not in name} <= names
    assert not any(name.startswith(("/v1/innovation/me", "/v1/innovation/desk")) for name in names)


def test_lists_of_open_data_are_compared_at_one_size(found: dict[str, Page]) -> None:
    for name in LISTS:
        whole, short = found[name], found[f"{name} ?limit"]
        assert (whole.counts, short.counts) == (False, True), name
    assert not found["/v1/innovation/360giving"].counts
    assert found[f"{GRANTS} ?pageSize"].target == f"{GRANTS}?pageSize=1"
    assert found["/v1/innovation/pilots/{pilot}"].counts


def test_each_list_of_the_marketplace_has_something_in_it(side: Side, runner: asyncio.Runner) -> None:
    for name in LISTS:
        if name != "/v1/innovation/deadlines":
            assert json.loads(runner.run(side.ask(name, None)).body)["data"], name


@pytest.mark.parametrize("path", SPELLED)
def test_lists_find_words_however_they_are_spelled(side: Side, runner: asyncio.Runner, path: str) -> None:
    shown, spellings = SPELLED[path]

    def seen(word: str) -> str:
        answer = runner.run(side.ask(f"{path}?q={quote(word)}", 1))
        assert answer.status == 200
        return html.unescape(answer.body.decode())

    assert shown not in seen("شيء آخر")
    for word in spellings:
        assert shown in seen(word), word
