"""Sealed by test: until two persons have opened it, nothing that a response says is anywhere.

Marker words stand in every field and every file of a response. They are looked for in every table, in the files
of the database server, in the data folders, in logs, mails and exports, in every form in which a word can hide.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog

from casework.sealing.errors import SealBroken
from casework.sealing.keys import pair_from
from casework.sealing.seal import Context, SealedShare, unseal, unseal_share
from casework.workflow.errors import Refusal, WrongField
from hackathon.market.responses import repository
from hackathon.market.responses import service as responses
from hackathon.market.responses.model import Answers
from hackathon.market.responses.settings import ResponseSettings
from programme.registry import NOUNS
from tests.conftest import Database, open_database
from tests.hackathon.need_stage import INSTANT, RESPONSES_END, NeedStage
from tests.hackathon.traces import Traces, all_words, forms_of

SUMMARY, FIT, SUPPORT, TEXT, TABLE, PAPER, NAME = (
    f"{word}{uuid4().hex[:12]}" for word in ("zumurrud", "yaqut", "luban", "murjan", "sadaf", "anbar", "lulua")
)  # fmt: skip
ARABIC = f"ياقوتة{uuid4().hex[:6]}زمردة"
#: 8,123,459,761.337 OMR: no other number here has these digits.
PRICE = 8_123_459_761_337 % 10**15
MARKERS = (SUMMARY, FIT, SUPPORT, TEXT, TABLE, PAPER, NAME, ARABIC, str(PRICE))


def paper(text: str) -> bytes:
    """An office document with a text in it, compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:t>{text}</w:t>" * 50)
    return buffer.getvalue()


FILES = {
    f"{NAME}.txt": f"murmur {TEXT}\n".encode(), "table.csv": f"a,b\n1,{TABLE}\n".encode(), "paper.docx": paper(PAPER),
}  # fmt: skip


@pytest.fixture
def sealed_database(postgres: Any) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture
def stage(sealed_database: Database) -> Iterator[NeedStage]:
    with sealed_database.connect("portal") as portal, sealed_database.connect() as owner:
        yield NeedStage(portal, owner)


@pytest.fixture
def traces() -> Traces:
    return Traces(*MARKERS)


def marked(stage: NeedStage) -> Answers:
    files = tuple(responses.attach(ResponseSettings(), name, content) for name, content in FILES.items())
    texts = {"fit": f"fits {FIT} {ARABIC}", "support": SUPPORT}
    return Answers(f"In sum {SUMMARY}.", texts, PRICE, files)


def test_nothing_is_anywhere_until_two_have_opened_it(
    stage: NeedStage,
    sealed_database: Database,
    traces: Traces,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("FALAJ_DATA_FOLDER", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    events: list[Any] = []
    before = structlog.get_config()
    structlog.configure(processors=[lambda _logger, _name, event: events.append(dict(event)) or "logged"])
    traces.begin(sealed_database)
    try:
        need_id = stage.published()
        stage.hand_in(need_id, stage.rival)
        stage.hand_in(need_id, answers=replace(marked(stage), summary="first word"))
        receipt = stage.hand_in(need_id, answers=marked(stage))

        def look() -> dict[str, set[str]]:
            captured = capfd.readouterr()
            exports = [repr(row) for one in NOUNS.holders for row in exported(stage, one)]
            return {
                "logs": traces.in_text(caplog.text + captured.out + captured.err + repr(events)),
                "exports": traces.in_text("\n".join(exports)),
                **traces.in_tables(sealed_database),
                **traces.in_files(tmp_path),
                **traces.in_server(sealed_database),
            }

        assert all_words(look().values()) == set(), "sealed"
        refuse_all(stage, need_id)
        assert all_words(look().values()) == set(), "refused"
        stage.watch.at = RESPONSES_END - INSTANT
        for person_id in (stage.officer, stage.programme):
            with pytest.raises(Refusal):
                stage.bring(need_id, person_id)
        assert all_words(look().values()) == set(), "too early"
        stage.close()
        stage.bring(need_id, stage.officer)
        assert all_words(look().values()) == set(), "one key"
        assert one_key_reads(stage, need_id, stage.officer) == 0
        stage.bring(need_id, stage.programme)
        assert all_words(traces.in_tables(sealed_database).values()) == set(MARKERS), "two keys"
        content = repository.find_content(stage.portal, receipt.response_id)
        assert content is not None
        assert content.document == receipt.document
        assert sha256(content.document).hexdigest() == receipt.digest
        held = [repository.find_file(stage.portal, receipt.response_id, one.number) for one in content.files]
        assert [(one[0], one[2]) for one in held if one is not None] == list(FILES.items())
    finally:
        structlog.configure(**before)


def exported(stage: NeedStage, holder: Any) -> list[object]:
    with stage.portal.transaction():
        return [
            row for one in (stage.vendor, stage.officer, stage.programme)
            for row in holder.export(stage.portal, one)
        ]  # fmt: skip


def refuse_all(stage: NeedStage, need_id: Any) -> None:
    """Every way in which handing in fails, with all the words in what was handed in."""
    whole = marked(stage)
    begun = stage.response(stage.begin(need_id).response_id)
    vendor = stage.actor(stage.vendor)
    for wrong in (
        replace(whole, price_minor=None), replace(whole, summary=whole.summary * 5_000),
        replace(whole, answers={**whole.answers, FIT: FIT}), replace(whole, files=whole.files * 3),
        replace(whole, summary=f"{SUMMARY}\x00"),
    ):  # fmt: skip
        with pytest.raises(WrongField):
            stage.call(vendor, responses.hand_in, begun.response_id, wrong, begun.version)
    with pytest.raises(Refusal):
        stage.call(vendor, responses.hand_in, begun.response_id, whole, begun.version + 7)
    with pytest.raises(Refusal):
        stage.call(stage.actor(stage.rival), responses.hand_in, begun.response_id, whole, begun.version)


def one_key_reads(stage: NeedStage, need_id: Any, person_id: Any) -> int:
    """How many responses the whole database and one opener's key open, by the code that opens them."""
    pair = pair_from(stage.keys[person_id])
    rows = stage.owner.execute(
        "SELECT response_id, opener_id, partner_id, response_shares.sealed, responses.sealed"
        " FROM innovation.response_shares JOIN innovation.responses USING (response_id) WHERE need_id = %s",
        [need_id],
    ).fetchall()
    assert len(rows) == 4
    halves = [bytes(row[0]) for row in stage.owner.execute("SELECT share FROM innovation.response_openings")]
    assert len(halves) == 2
    contents = {row[0]: bytes(row[4]) for row in rows}
    for response_id, opener_id, partner_id, sealed, _ in rows:
        try:
            share = SealedShare(opener_id, partner_id, bytes(sealed))
            halves.append(unseal_share(share, Context(need_id, response_id), pair))
        except SealBroken:
            continue
    assert len(halves) == 4, "their own halves, stored and unsealed again"
    read = 0
    for response_id, content in contents.items():
        for first, second in combinations([*halves, bytes(32)], 2):
            try:
                unseal(content, Context(need_id, response_id), first, second)
                read += 1
            except SealBroken:
                continue
    return read


HIDING = {
    "plain": lambda raw: raw,
    "in other text": lambda raw: b"<p>" + raw + b"</p>",
    "hex": lambda raw: raw.hex().encode(),
    "base64": base64.b64encode,
    "base64 after one": lambda raw: base64.b64encode(b"x" + raw + b"y"),
    "base64 after two": lambda raw: base64.urlsafe_b64encode(b"xy" + raw),
    "utf-16": lambda raw: raw.decode().encode("utf-16-le"),
    "json": lambda raw: json.dumps({"a": raw.decode()}).encode(),
    "zlib": zlib.compress,
    "gzip": lambda raw: b"before" + zlib.compressobj(wbits=31).compress(b"") + _gzip(raw),
    "zlib as base64": lambda raw: base64.b64encode(zlib.compress(raw)),
    "zlib as hex": lambda raw: zlib.compress(raw * 3).hex().encode(),
    "zip in base64": lambda raw: base64.b64encode(paper(raw.decode())),
}


def _gzip(raw: bytes) -> bytes:
    import gzip

    return gzip.compress(raw)


@pytest.mark.parametrize("word", [SUMMARY, ARABIC, str(PRICE)], ids=["latin", "arabic", "price"])
@pytest.mark.parametrize("hiding", HIDING)
def test_the_search_finds_what_hides(traces: Traces, tmp_path: Path, word: str, hiding: str):
    hidden = HIDING[hiding](word.encode())
    assert traces.within(b"before: " + hidden + b" after") == {word}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file.bin").write_bytes(hidden)
    assert all_words(traces.in_files(tmp_path).values()) == {word}


def test_the_search_finds_it_in_any_table(sealed_database: Database, traces: Traces):
    """In a column of bytes, of text, of JSON, however it hides."""
    traces.begin(sealed_database)
    with sealed_database.superuser() as connection:
        for number, hiding in enumerate(HIDING):
            hidden = HIDING[hiding](SUMMARY.encode())
            table = f"hidden_{number}"
            connection.execute(f"CREATE TABLE jobs.{table} AS SELECT %s::bytea AS raw".encode(), [hidden])
        connection.execute("CREATE TABLE public.hidden_text AS SELECT %s::text AS word", [f"a {ARABIC} b"])
        connection.execute(
            "CREATE TABLE innovation.hidden_json AS SELECT %s::jsonb AS word", [json.dumps([PRICE])]
        )
    found = traces.in_tables(sealed_database)
    assert found == {
        **{f"jobs.hidden_{number}": {SUMMARY} for number in range(len(HIDING))},
        "public.hidden_text": {ARABIC}, "innovation.hidden_json": {str(PRICE)},
    }  # fmt: skip


def test_the_search_finds_it_in_the_files_of_the_server(sealed_database: Database):
    word = f"kharaza{uuid4().hex}"
    with sealed_database.superuser() as connection:
        connection.execute("CREATE TABLE jobs.hidden AS SELECT %s::text AS word", [word])
    assert all_words(Traces(word).in_server(sealed_database).values()) == {word}


def test_it_finds_nothing_where_nothing_is(sealed_database: Database, traces: Traces):
    assert traces.in_tables(sealed_database) == {}
    assert traces.within(zlib.compress(b"nothing") + base64.b64encode(paper("nothing"))) == set()
    assert len(forms_of(SUMMARY)) > 15
