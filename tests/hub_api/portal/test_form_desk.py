"""A form is written at its desk, by two at once, and seen as it will be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from casework.access.model import SYSTEM, Role
from casework.forms.documents import read_form
from casework.forms.drafts import UNSAVED, change, get_draft, list_earlier
from casework.forms.editing import question_of
from casework.forms.model import (
    Bounds,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Treatment,
)
from casework.forms.questionnaires import faults_of
from casework.forms.settings import FormSettings
from hub_api.programme.kit.form_desk import BEGINNINGS
from hub_api.programme.kit.question_fields import fields_of
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.written_form import FIXED, add_desk

YES_NO = (Choice("yes", "نعم", "Yes"), Choice("no", "لا", "No"))
CARRIED = re.compile(r'name="carried" value="([^"]+)"')


def asks(code: str, kind: FieldKind, page: int, name: str, **more: Any) -> FormField:
    return replace(FormField(code, f"ع {name}", name, kind, page=page), **more)


#: Every kind of question, and who has not been to the office is asked of nothing but what comes to mind.
FORM = (
    asks("been", FieldKind.ONE_OF, 1, "Have you been to the office?", choices=YES_NO, is_required=True),
    asks("when", FieldKind.DATE, 2, "When was that?", asked_if=Condition("been", ("yes",)), has_na=True),
    asks("ways", FieldKind.SOME_OF, 2, "How did you get there?", is_shuffled=True, asked_if=Condition("been", ("yes",)),
         choices=(Choice("car", "بالسيارة", "By car"), Choice("bus", "بالحافلة", "By bus")), treatment=Treatment(counted_as=CountedAs.SHARE)),
    asks("minutes", FieldKind.NUMBER, 2, "How long did you wait?", bounds=Bounds(0, 600, "min"), asked_if=Condition("been", ("yes",))),
    asks("paid", FieldKind.AMOUNT, 2, "What did you pay?", bounds=Bounds(0, 12_500), asked_if=Condition("been", ("yes",))),
    asks("rating", FieldKind.SCALE, 3, "How was it?", bounds=Bounds(1, 5), is_required=True, asked_if=Condition("been", ("yes",)),
         choices=(Choice("1", "سيئ", "Bad"), Choice("5", "جيد", "Good")), treatment=Treatment(counted_as=CountedAs.TOP_TWO)),
    asks("why", FieldKind.TEXT, 4, "Why was it bad?", characters_max=500, asked_if=Condition("rating", ("1", "2")),
         help_ar="بكلماتك", help_en="In your own words", treatment=Treatment(counted_as=CountedAs.THEMES, keep_days=90)),
    asks("where", FieldKind.PLACE, 5, "Where do you live?"),
    asks("idea", FieldKind.LINE, 5, "What would you change?", characters_max=120, treatment=Treatment(is_public=True)),
    asks("link", FieldKind.LINK, 5, "Is there a page about it?"),
    asks("may", FieldKind.CONSENT, 6, "May we ask you again?"),
    asks("name", FieldKind.LINE, 7, "What is your name?", is_identifying=True, asked_if=Condition("may", ("yes",))),
)  # fmt: skip


@dataclass
class Desk:
    portal: Portal
    officer: Somebody
    other: Somebody
    form_id: UUID

    @property
    def path(self) -> str:
        return f"/desk/trial/{self.form_id}/form"

    def call(self, service: Any, *given: Any) -> Any:
        return self.portal.office.programme.call(SYSTEM, service, self.form_id, *given)

    @property
    def form(self) -> tuple[FormField, ...]:
        fields: tuple[FormField, ...] = self.call(get_draft).fields
        return fields

    @property
    def version(self) -> str:
        return str(self.call(get_draft).version)

    def write(
        self, question: FormField, was: str = "", version: str | None = None, by: Somebody | None = None
    ) -> Any:
        sent = {
            **fields_of(question),
            "was": was,
            "kind": question.kind.value,
            "version": version or self.version,
        }
        return (by or self.officer).browser.send(f"{self.path}/question", sent)

    def arrange(self, code: str, deed: str, **more: str) -> Any:
        sent = {"code": code, "deed": deed, "version": self.version, **more}
        return self.officer.browser.send(f"{self.path}/arrange", sent)

    def read(self, below: str = "", by: Somebody | None = None) -> str:
        answer = (by or self.officer).browser.get(f"{self.path}{below}")
        assert answer.status_code == 200, answer.text
        return str(answer.text)


@pytest.fixture(scope="module")
def officers(portal: Portal) -> tuple[Somebody, Somebody]:
    add_desk(portal.app)
    return portal.appoint(Role.PROGRAMME_OFFICER, name="first"), portal.appoint(
        Role.PROGRAMME_OFFICER, name="other"
    )


@pytest.fixture
def desk(portal: Portal, officers: tuple[Somebody, Somebody]) -> Desk:
    return Desk(portal, *officers, uuid4())


@pytest.fixture
def written(desk: Desk) -> Desk:
    desk.call(change, lambda _: FORM)
    return desk


def test_a_form_of_twelve_questions_from_nothing_to_the_preview(desk: Desk) -> None:
    assert "Nothing is asked yet" in desk.read()
    for one in FORM:
        assert 'name="name_ar"' in desk.read(f"/question?kind={one.kind}&page={one.page}")
        answer = desk.write(one)
        assert answer.headers["location"] == f"/portal{desk.path}#q-{one.code}", answer.text
    assert desk.form == FORM
    page = desk.read()
    assert "All questions are complete" in page
    assert "Only for those who answered" in page
    # Each question comes back from its own page as it was.
    for one in FORM:
        assert desk.read(f"/question?code={one.code}").count('name="asked_if"') >= (one.page > 1)
        assert desk.write(one, was=one.code).status_code == 303
    assert desk.form == FORM
    stored = desk.portal.store.execute("SELECT count(*) FROM participation.forms").fetchone()
    for language, name in (("ar", "ع Have you been"), ("en", "Have you been")):
        preview, browser = f"{desk.path}/preview", desk.officer.browser
        first = browser.get(f"{preview}?lang={language}")
        assert f'lang="{language}"' in first.text
        assert f">{name}" in first.text
        carried, text = {"page": "1", "been": "no"}, first.text
        for _ in range(5):
            found = CARRIED.search(text)
            if found is None:
                break
            answer = browser.send(preview, {"go": "next", "carried": found.group(1), **carried})
            text = answer.text
            asked = re.search(r'name="page" value="([^"]+)"', text)
            carried = {} if asked is None else {"page": asked.group(1)}
            # Who was not there is not asked how it was.
            assert "How was it" not in text
        assert (answer.status_code, answer.headers["location"]) == (303, f"/portal{desk.path}")
    assert desk.portal.store.execute("SELECT count(*) FROM participation.forms").fetchone() == stored


def test_what_stands_against_a_form_is_told_beside_the_question(written: Desk) -> None:
    written.write(replace(FORM[0], name_ar="", choices=YES_NO[:1]), was="been")
    page = written.read()
    card = page[page.index('id="q-been"') : page.index('id="q-when"')]
    assert "Write this in Arabic and in English." in card
    assert "Number of choices: 2–250." in card
    assert 'href="#q-been"' in page
    assert "Number of choices" in written.read("/question?code=been")
    # The answer of which others depend is gone as well.
    written.write(replace(FORM[0], choices=(YES_NO[1], Choice("maybe", "ربما", "Maybe"))), was="been")
    assert "no longer there" in written.read("/question?code=when").lower()
    written.arrange("been", "remove")
    assert "A condition looks at a question of an earlier page" in written.read()


def test_what_was_taken_out_comes_back(written: Desk) -> None:
    gone = written.arrange("rating", "remove")
    path = gone.headers["location"].removeprefix("/portal")
    assert question_of(written.form, "rating") is None
    page = written.officer.browser.get(path).text
    assert "Bring the removed question back" in page
    earlier = path.partition("undo=")[2]
    sent = {"version": written.version, "earlier": earlier}
    assert written.officer.browser.send(f"{written.path}/restore", sent).status_code == 303
    assert written.form == FORM
    # Bringing it back is a change, which somebody else may have been faster than.
    assert written.officer.browser.send(f"{written.path}/restore", sent).status_code == 409
    assert (
        written.officer.browser.send(
            f"{written.path}/restore", {"version": written.version, "earlier": "99"}
        ).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("deed", "code", "more", "order"),
    [
        ("up", "minutes", {}, "been when minutes ways paid"),
        ("up", "when", {}, "been when ways minutes paid"),
        ("down", "been", {}, "when been ways minutes paid"),
        ("copy", "when", {}, "been when when_2 ways minutes paid"),
        ("page", "been", {"page": "2"}, "when ways minutes paid been"),
    ],
)
def test_questions_are_put_elsewhere(
    written: Desk, deed: str, code: str, more: dict[str, str], order: str
) -> None:
    assert written.arrange(code, deed, **more).status_code == 303
    assert [one.code for one in written.form][: len(order.split())] == order.split() or deed == "down"
    assert sorted({one.page for one in written.form}) == list(
        range(1, max(one.page for one in written.form) + 1)
    )


def test_two_officers_at_once(written: Desk) -> None:
    seen, one, other = written.version, FORM[5], FORM[6]
    assert written.write(replace(one, name_en="How good was it?"), "rating", seen).status_code == 303
    # Another question is in nobody's way.
    assert (
        written.write(replace(other, name_en="Why so bad?"), "why", seen, by=written.other).status_code == 303
    )
    refused = written.write(
        replace(one, name_en="Was it good?", help_ar="أ", help_en="a"), "rating", seen, by=written.other
    )
    assert refused.status_code == 409
    assert "How good was it?" in refused.text
    assert "Was it good?" in refused.text
    assert "Somebody else saved this question meanwhile" in refused.text
    assert question_of(written.form, "rating") == replace(one, name_en="How good was it?")
    # Whoever has seen both may go on with theirs.
    version = re.search(r'name="version" value="(\d+)"', refused.text)
    assert version is not None
    assert (
        written.write(
            replace(one, name_en="Was it good?"), "rating", version.group(1), by=written.other
        ).status_code
        == 303
    )
    # What somebody took out meanwhile is said, and comes again for whoever still wants it.
    seen = written.version
    assert written.arrange("link", "remove").status_code == 303
    gone = written.write(replace(FORM[9], name_en="A page?"), "link", seen, by=written.other)
    assert (gone.status_code, "took the question out" in gone.text) == (409, True)
    assert written.write(replace(FORM[9], name_en="A page?"), "link", by=written.other).status_code == 303
    found = question_of(written.form, "link")
    assert found is not None
    assert found.name_en == "A page?"
    # Nothing that others changed is taken out unseen, and nothing takes the place of all.
    written.write(replace(other, name_en="Why?"), "why")
    sent = {"code": "why", "deed": "remove", "version": seen}
    assert written.other.browser.send(f"{written.path}/arrange", sent).status_code == 409
    assert (
        written.other.browser.send(f"{written.path}/begin", {"beginning": "nps", "version": seen}).status_code
        == 409
    )


def test_the_form_as_a_file(written: Desk, desk: Desk) -> None:
    browser, limits = written.officer.browser, FormSettings()
    for kind in ("yaml", "json"):
        saved = browser.get(f"{written.path}/export.{kind}")
        assert f'filename="falaj-form.{kind}"' in saved.headers["content-disposition"]
        assert read_form(saved.content, limits) == FORM
        sent = {"version": written.version}
        answer = browser.send(f"{written.path}/import", sent, files={"file": ("form", saved.content)})
        assert answer.status_code == 303, answer.text
    assert browser.get(f"{written.path}/export.exe").status_code == 404
    broken = "questions:\n- {code: a, name_ar: b, nme: c}"
    refused = browser.send(
        f"{written.path}/import", {"version": written.version, "document": broken}, files={"file": ("", b"")}
    )
    assert refused.status_code == 422
    assert "questions[0].nme" in refused.text
    assert "{code: a, name_ar: b, nme: c}" in refused.text, "what was typed is still there"
    assert written.form == FORM


def test_what_a_form_begins_with_is_sound(desk: Desk) -> None:
    for number, name in enumerate(BEGINNINGS):
        sent = {"version": desk.version, "beginning": name}
        assert desk.officer.browser.send(f"{desk.path}/begin", sent).status_code == 303
        assert list(faults_of(desk.form, FormSettings())) == []
        assert int(desk.version) == number + 1
    assert int(desk.version) > UNSAVED
    assert len(desk.call(list_earlier)) == len(BEGINNINGS) - 1


def test_a_figure_that_is_none_is_told_and_nothing_is_lost(written: Desk) -> None:
    sent = {
        **fields_of(FORM[4]),
        "was": "paid",
        "kind": "amount",
        "version": written.version,
        "least": "much",
    }
    refused = written.officer.browser.send(f"{written.path}/question", sent)
    assert refused.status_code == 422
    assert "much" in refused.text
    assert "What did you pay?" in refused.text
    sent = {
        **fields_of(FORM[2]),
        "was": "ways",
        "kind": "some_of",
        "version": written.version,
        "pasted_ar": "أ\nب",
        "pasted_en": "a",
    }
    refused = written.officer.browser.send(f"{written.path}/question", sent)
    assert (refused.status_code, "2 lines" in refused.text) == (422, True)
    sent["pasted_en"] = "On foot\nBy bus"
    assert written.officer.browser.send(f"{written.path}/question", sent).status_code == 303
    found = question_of(written.form, "ways")
    assert found is not None
    assert [one.code for one in found.choices] == ["car", "bus", "on_foot", "by_bus"]


def test_choices_change_places(written: Desk) -> None:
    sent = {**fields_of(FORM[0]), "was": "been", "kind": "one_of", "version": written.version, "then": "1"}
    answer = written.officer.browser.send(f"{written.path}/question", sent)
    assert answer.headers["location"].endswith("/question?code=been"), answer.text
    found = question_of(written.form, "been")
    assert found == replace(FORM[0], choices=YES_NO[::-1])
    sent |= {"version": written.version, "then": "9"}
    assert written.officer.browser.send(f"{written.path}/question", sent).status_code == 303
    assert question_of(written.form, "been") == FORM[0], "nothing is above what is not there"


def test_who_may_not_write_and_what_is_asked_already(written: Desk, portal: Portal) -> None:
    stranger = portal.join("stranger")
    for below in ("", "/question?code=been", "/preview", "/export.yaml"):
        assert stranger.browser.get(f"{written.path}{below}").status_code == 403
    assert written.write(FORM[0], "been", by=stranger).status_code == 403
    fixed = replace(written, form_id=FIXED)
    fixed.call(change, lambda _: FORM)
    assert "nobody changes them any more" in fixed.read()
    assert fixed.write(FORM[0], "been").status_code == 409
    assert fixed.arrange("been", "remove").status_code == 409
    assert fixed.form == FORM
