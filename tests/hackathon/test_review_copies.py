"""Copies of applications without names, and files without metadata."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from casework.access.model import HUB, Actor, Grant, Role
from casework.files.errors import FileAway
from casework.files.service import path_of
from casework.workflow.errors import ChangedMeanwhile, NoSuchObject, NotAllowed
from citycore.store.connections import Connection
from hackathon.funding.applications.model import Content, Version
from hackathon.funding.reviewing import errors
from hackathon.funding.reviewing.copies import service as copies
from hackathon.funding.reviewing.copies.anonymising import HIDDEN, Identities, anonymise
from hackathon.funding.reviewing.copies.cleaning import Limits, bare_jp2, bare_jpeg, clean
from hackathon.funding.reviewing.copies.model import Listed
from hackathon.funding.reviewing.copies.reading import list_assigned, open_file, read_copy
from hackathon.funding.reviewing.errors import FileNotPassed
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.conftest import Database
from tests.hackathon.reviewing_stage import NOW, ReviewingStage
from tests.hackathon.telling_files import all_of, document, picture

MARK = "Zumurrud"
WHO = Identities(
    people=("Zumurrud Al Fikriyya", "زمرّد بنت سالم الفكريّة"),
    addresses=("zumurrud.f@marjan.example", "somebody@gmail.com"),
    organisations=("Marjan Research Centre LLC", "مركز المرجان للبحوث ش.م.م"),
)
LIMITS = Limits(pages_max=10, points_max=10_000, bytes_max=1_000_000)


# Names


@pytest.mark.parametrize(
    "text",
    [
        "Zumurrud", "zumurrud's", "ZUMURRUD AL-FIKRIYYA", "Zumurrúd", "Ｚｕｍｕｒｒｕｄ", "Zu\u200bmurrud",
        "Zumurrud_Fikriyya", "al fikriyya", "Marjan", "MARJAN RESEARCH CENTRE LLC", "marjan research centre", "MRCL",
        "زمرد", "زُمُرُّد", "وزمرد", "لزمرد", "بزمرّد", "زمـــرد", "الفكرية", "والفكرية", "مركز المَرجان للبحوث ش م م",
        "للمرجان", "بالمرجان", "مرجان", "zumurrud.f@marjan.example", "anybody@else.example", "lab.marjan.example",
        "https://code.example/zumurrud", "www.marjan.example", "@zumurrud_f", "+968 9123 4567", "0096891234567",
        "91234567", "9123-4567", "٩١٢٣٤٥٦٧", "+971 50 123 4567",
    ],
)  # fmt: skip
def test_a_name_is_taken_out_as_people_write_it(text: str) -> None:
    for around in ("{}", "We ({}) plan", "نحن {}، نخطط"):
        hidden = anonymise(around.format(text), WHO)
        assert text not in hidden
        assert HIDDEN in hidden


@pytest.mark.parametrize(
    "text",
    [
        "Research on water in Oman by a university centre", "بحوث المياه في سلطنة عمان", "2026-11-12",
        "12,000,000 rials for 45 000 trees", "EPSG:32640", "58.1234567, 23.1234567", "abdul", "PM2.5 and 3/4 of it",
        "IEC 61850-7-420", "the", "n°12345678x",
    ],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    assert anonymise(text, WHO) == text


@given(st.text(), st.text())
def test_a_name_is_never_left_between_words(before: str, after: str) -> None:
    told = anonymise(f"{before} {MARK} {after}", WHO)
    assert MARK not in told or MARK in before + after


@given(st.text(alphabet=st.sampled_from("ab زم٩1+@. -_/"), max_size=60))
def test_taking_out_twice_changes_nothing(text: str) -> None:
    once = anonymise(text, WHO)
    assert anonymise(once, WHO) == once


def test_nobody_known_nothing_but_addresses_goes() -> None:
    assert anonymise("Salim, a@b.example", Identities()) == f"Salim, {HIDDEN}"


# Files


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (document(MARK), "application/pdf"),
        (picture(MARK), "image/jpeg"),
        (picture(MARK, "PNG"), "image/png"),
        (picture(MARK) + MARK.encode(), "image/jpeg"),
    ],
)
def test_a_file_says_nothing_of_its_maker(tmp_path: Path, data: bytes, kind: str) -> None:
    assert MARK.encode() in all_of(data), "the file must say it before"
    (path := tmp_path / MARK).write_bytes(data)
    assert MARK.encode() not in all_of(clean(path, kind, LIMITS))


def test_a_document_keeps_its_pages_and_a_filled_form(tmp_path: Path) -> None:
    (path := tmp_path / "a.pdf").write_bytes(document(MARK))
    with pikepdf.open(BytesIO(clean(path, "application/pdf", LIMITS))) as pdf:
        assert len(pdf.pages) == 1
        assert pikepdf.PdfImage(pdf.pages[0].Resources.XObject.Im0).as_pil_image().size == (60, 40)
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in pdf.trailer


def test_the_same_file_becomes_the_same_whenever_it_is_cleaned(tmp_path: Path) -> None:
    (path := tmp_path / "a.pdf").write_bytes(document(MARK))
    assert clean(path, "application/pdf", LIMITS) == clean(path, "application/pdf", LIMITS)


def test_a_picture_stays_upright(tmp_path: Path) -> None:
    (path := tmp_path / "a.jpg").write_bytes(picture(MARK))
    with Image.open(BytesIO(clean(path, "image/jpeg", LIMITS))) as image:
        assert image.size == (40, 60), "it was to be turned"
        assert not image.getexif()


def locked() -> bytes:
    written = BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(written, encryption=pikepdf.Encryption(owner="o", user="u"))
    return written.getvalue()


def long() -> bytes:
    written, pdf = BytesIO(), pikepdf.new()
    for _ in range(11):
        pdf.add_blank_page()
    pdf.save(written)
    return written.getvalue()


def large() -> bytes:
    written = BytesIO()
    Image.new("L", (101, 100)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (locked(), "application/pdf", "encrypted"),
        (long(), "application/pdf", "pages"),
        (large(), "image/png", "points"),
        (b"%PDF-1.7 no", "application/pdf", "content"),
        (b"\xff\xd8\xff", "image/jpeg", "content"),
        (picture(MARK)[:200], "image/jpeg", "content"),
        (b"a,b", "text/csv", "kind"),
        (b"PK", "application/zip", "kind"),
    ],
)
def test_what_cannot_be_cleaned_is_not_passed_on(tmp_path: Path, data: bytes, kind: str, code: str) -> None:
    (path := tmp_path / "a").write_bytes(data)
    with pytest.raises(FileNotPassed) as refused:
        clean(path, kind, LIMITS)
    assert refused.value.code == code
    assert refused.value.text("ar") != refused.value.text("en")


@given(st.binary(max_size=400))
def test_no_bytes_get_through_a_picture_unread(data: bytes) -> None:
    """Whatever stands in a segment of descriptions or behind the end is gone, and nothing hangs."""
    good = picture("x")
    segment = b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data
    assert bare_jpeg(good[:2] + segment + good[2:] + data) == bare_jpeg(good)


def test_texts_in_jpeg_2000_go() -> None:
    def box(kind: bytes, data: bytes) -> bytes:
        return (len(data) + 8).to_bytes(4, "big") + kind + data

    start, points = box(b"jP  ", b"\r\n\x87\n"), box(b"jp2c", b"\xff\x4f points")
    told = start + box(b"xml ", MARK.encode()) + box(b"uuid", MARK.encode()) + points
    assert bare_jp2(told) == start + points
    assert bare_jp2(b"\xff\x4f points") == b"\xff\x4f points"


# Copies


@pytest.fixture
def stage(programme: Database, portal: Connection, tmp_path: Path) -> Iterator[ReviewingStage]:
    with programme.connect() as owner:
        yield ReviewingStage(portal, owner, tmp_path)


def test_a_copy_is_proposed_without_names_and_with_a_code_of_its_own(stage: ReviewingStage) -> None:
    organisation = stage.organisation("Marjan Research Centre", "مركز المرجان")
    lead = stage.person("zumurrud@marjan.example", "Zumurrud Al Fikriyya", name_ar="زمرد الفكرية")
    applied = stage.apply(
        "Marjan plants shade", lead=lead, organisation_id=organisation,
        answers={"plan": "وزمرد تزرع", "where": "Call 91234567"},
    )  # fmt: skip
    (copy,) = stage.copy_all(release=False)
    assert copy.content == Listed(
        f"{HIDDEN} plants shade", "Where to walk at noon", {"plan": f"{HIDDEN} تزرع", "where": f"Call {HIDDEN}"},
        2_000_000,
    )  # fmt: skip
    assert applied.reference not in copy.code


def test_a_copy_of_an_open_call_is_the_version_as_it_is(
    programme: Database, portal: Connection, tmp_path: Path
) -> None:
    with programme.connect() as owner:
        stage = ReviewingStage(portal, owner, tmp_path, is_blind=False, reviews_each=1)
        lead = stage.person("zumurrud@marjan.example2", "Zumurrud Al Fikriyya")
        paper = document(MARK)
        applied = stage.apply("Zumurrud plants", lead=lead, files={f"{MARK}.pdf": ("application/pdf", paper)})
        actor = stage.reviewer()
        (copy,) = stage.copy_all(release=False)
        stage.pass_on(copy.copy_id, applied.files[0], copy.version)
        stage.copy_all()
        (review,) = stage.assign()
        told = stage.call(actor, read_copy, review.review_id).copy
        assert (told.content.title, told.applicants) == ("Zumurrud plants", (lead,))
        file, path = open_file(stage.programme, actor, review.review_id, 1)
        assert (file.name, path.read_bytes()) == (f"{MARK}.pdf", paper)


def test_what_is_blanked_stays_blank() -> None:
    version = Version(2, 1, Content("Title", "Summary", {"plan": "Plan", "where": "Where"}), (), "", NOW)
    before = Listed("", "Summary", {"plan": "", "where": "Here"}, None)
    assert copies.propose_content(version, None, before) == Listed(
        "", "Summary", {"plan": "", "where": "Where"}, None
    )


def test_what_asks_who_applies_is_blank_in_a_blind_copy(stage: ReviewingStage) -> None:
    stage.apply(answers={"plan": "Plant", "cv": "Twenty years at the lab"})
    (copy,) = stage.copy_all(release=False)
    assert copy.content.answers == {"plan": "Plant", "cv": ""}


def test_an_edited_copy_is_what_reviewers_read(stage: ReviewingStage) -> None:
    stage.apply("Title")
    (copy,) = stage.copy_all(release=False)
    edited = stage.call(
        stage.officer,
        copies.edit,
        copy.copy_id,
        {"title": "Shade", "summary": "", "answer:plan": "Plant", "answer:other": "not listed"},
        copy.version,
    )
    assert edited.content == Listed("Shade", "", {"plan": "Plant", "where": ""}, 2_000_000)
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    review = stage.assign()[0]
    actor = stage.actor(review.person_id)
    told = stage.call(actor, read_copy, review.review_id).copy
    assert (told.content, told.applicants, told.organisation_id) == (edited.content, (), None)
    for words, found in (("shade", 1), ("muttrah", 0), (copy.code, 1)):
        assert len(stage.call(actor, list_assigned, stage.call_id, words)) == found


def test_a_released_copy_stays(stage: ReviewingStage) -> None:
    applied = stage.apply()
    (copy,) = stage.copy_all()
    newest = stage.call(stage.officer, copies.get_copy, stage.call_id, copy.copy_id)
    with pytest.raises(errors.CopyReleased):
        stage.call(stage.officer, copies.edit, copy.copy_id, {"title": "T"}, newest.version)
    with pytest.raises(errors.CopyReleased):
        stage.call(stage.officer, copies.prepare_copy, applied.application_id)


def test_a_copy_is_edited_by_officers_who_saw_it(stage: ReviewingStage) -> None:
    stage.apply()
    (copy,) = stage.copy_all(release=False)
    with pytest.raises(ChangedMeanwhile):
        stage.call(stage.officer, copies.edit, copy.copy_id, {"title": "T"}, 7)
    with pytest.raises(errors.CopyBlank):
        stage.call(stage.officer, copies.edit, copy.copy_id, {}, copy.version)
    with pytest.raises(NotAllowed):
        stage.call(stage.reviewer(), copies.edit, copy.copy_id, {"title": "T"}, copy.version)


def test_files_are_passed_on_cleaned_and_named_by_us(stage: ReviewingStage) -> None:
    files = {
        f"{MARK}.pdf": ("application/pdf", document(MARK)), f"{MARK}.csv": ("text/csv", b"a"),
        f"{MARK}.jpg": ("image/jpeg", picture(MARK)),
    }  # fmt: skip
    applied = stage.apply(files=files)
    (copy,) = stage.copy_all(release=False)
    paper, table, photo = applied.files

    def pass_on(file_id: object, version: int) -> object:
        return stage.pass_on(copy.copy_id, file_id, version)  # type: ignore[arg-type]

    pass_on(paper, 1)
    with pytest.raises(NoSuchObject):
        pass_on(paper, 2)
    with pytest.raises(FileNotPassed):
        pass_on(table, 2)
    pass_on(photo, 2)
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    review = stage.assign()[0]
    actor = stage.actor(review.person_id)
    told = stage.call(actor, read_copy, review.review_id).copy
    assert [one.name for one in told.files] == ["attachment-1.pdf", "attachment-2.jpg"]
    for one in told.files:
        _, path = open_file(stage.programme, actor, review.review_id, one.place)
        assert MARK.encode() not in all_of(path.read_bytes())
    with pytest.raises(NoSuchObject):
        open_file(stage.programme, actor, review.review_id, 3)


def test_who_asks_for_a_file_that_is_away_has_read_the_copy_all_the_same(stage: ReviewingStage) -> None:
    applied = stage.apply(files={"a.png": ("image/png", picture(MARK, "PNG"))})
    (copy,) = stage.copy_all(release=False)
    passed = stage.pass_on(copy.copy_id, applied.files[0], 1)
    for _ in range(2):
        stage.reviewer()
    stage.copy_all()
    review = stage.assign()[0]
    path_of(passed.digest, stage.programme.of(ReviewingSettings).store()).unlink()
    with pytest.raises(FileAway):
        open_file(stage.programme, stage.actor(review.person_id), review.review_id, 1)
    logged = "SELECT count(*) FROM innovation.audit WHERE object = %s AND event = 'open'"
    assert stage.owner.execute(logged, [review.review_id]).fetchone() == (1,)


def test_a_file_can_be_kept_back(stage: ReviewingStage) -> None:
    applied = stage.apply(files={"a.png": ("image/png", picture(MARK, "PNG"))})
    (copy,) = stage.copy_all(release=False)
    stage.pass_on(copy.copy_id, applied.files[0], 1)
    stage.call(stage.officer, copies.keep_file_back, copy.copy_id, 1, 2)
    newest = stage.call(stage.officer, copies.get_copy, stage.call_id, copy.copy_id)
    assert (newest.files, newest.version) == ((), 3)


def test_an_officer_in_conflict_finds_no_copy(stage: ReviewingStage) -> None:
    applied = stage.apply()
    (copy,) = stage.copy_all()
    chief = Actor(applied.lead, (Grant(Role.PROGRAMME_OFFICER, HUB),))
    assert stage.call(chief, copies.list_rows, stage.call_id) == []
    with pytest.raises(NoSuchObject):
        stage.call(chief, copies.get_copy, stage.call_id, copy.copy_id)
