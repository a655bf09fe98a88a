"""What whoever has written sends besides, and what the pages of voices keep from everybody else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from casework.access.model import ANONYMOUS, SYSTEM, Role, Scope, ScopeKind
from casework.cases import pictures
from casework.cases.model import Channel
from casework.cases.settings import CaseSettings
from casework.follow_up.model import Issued
from casework.governorates.model import Governorate
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.hackathon.machines import store_agency
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Browser, Portal, Somebody

#: In every place in which a camera or a program writes where and by whom a picture was taken.
WHERE = "23.58861 N 58.40742 E Salim"


@dataclass
class Written:
    """A complaint, and the browser of whoever wrote it."""

    portal: Portal
    agency: UUID
    voice_id: UUID
    issued: Issued
    browser: Browser

    @property
    def path(self) -> str:
        return f"/follow/voices/{self.voice_id}"

    def send(self, name: str, content: bytes, **fields: str) -> httpx.Response:
        return self.browser.send_once(f"{self.path}/picture", fields, files={"file": (name, content)})

    def held(self) -> list[str]:
        rows = self.portal.store.execute(
            "SELECT file_id::text FROM participation.case_files WHERE case_id = %s ORDER BY sent_at, file_id",
            [self.voice_id],
        ).fetchall()
        return [file_id for (file_id,) in rows]

    def handler(self, agency: UUID | None = None) -> Somebody:
        return self.portal.appoint(
            Role.OFFICER, Scope(ScopeKind.ORGANISATION, agency or self.agency), "handler"
        )


def store_of() -> Path:
    return CaseSettings().store().folder


@pytest.fixture
def written(portal: Portal) -> Written:
    agency = uuid4()
    with portal.city.database.connect() as owner:
        store_agency(owner, agency)
    new = NewVoice(
        Kind.COMPLAINT, agency, Topic.STREET_LIGHT, "A lamp", "It is dark.", Place(Governorate.MUSCAT), Channel.WEB, "en",
    )  # fmt: skip
    taken = portal.office.programme.call(ANONYMOUS, service.submit, new)
    browser = portal.browser()
    browser.send_once("/follow", {"number": taken.issued.number, "code": taken.issued.code})
    return Written(portal, agency, taken.voice_id, taken.issued, browser)


def test_a_picture_is_kept_without_where_it_was_taken_for_those_it_is_for(written: Written) -> None:
    sent = picture(WHERE)
    assert WHERE.encode() in sent
    answer = written.send("IMG 1.jpg", sent, text="The second lamp.")
    assert answer.status_code == 303
    (file_id,) = written.held()
    place = f"{written.path}/pictures/{file_id}"
    page = written.browser.get(written.path).text
    assert f'src="/portal{place}"' in page
    assert "The second lamp." in page
    got = written.browser.get(place)
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert WHERE.encode() not in got.content
    seen = Image.open(BytesIO(got.content))
    assert (seen.size, dict(seen.getexif())) == ((40, 60), {}), "turned as it was to be seen"
    everything = b"".join(one.read_bytes() for one in store_of().rglob("*") if one.is_file())
    assert WHERE.encode() not in everything, "nothing lies anywhere as it came"
    at_desk = f"/desk/voices/{written.voice_id}/pictures/{file_id}"
    assert written.handler().browser.get(at_desk).content == got.content
    with written.portal.city.database.connect() as owner:
        store_agency(owner, other := uuid4())
    assert written.handler(other).browser.get(at_desk).status_code == 404
    stranger = written.portal.browser()
    assert {stranger.get(one).status_code for one in (place, at_desk)} <= {303, 403, 404}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 100, "“a.jpg” was not stored"),
        ("a.pdf", picture(WHERE), "Accepted"),
        ("a.png", picture(WHERE), "what it holds is not what its name says"),
        ("a.jpg", picture(WHERE) + b"\0" * 50_000_000, "20 MB"),
    ],
    ids=["damaged", "no picture", "another kind", "50 MB"],
)
def test_what_is_not_taken_loses_neither_the_words_nor_the_code(
    written: Written, name: str, content: bytes, says: str
) -> None:
    issued = f"{written.issued.number}/{written.issued.code}"
    answer = written.send(name, content, issued=issued, text="The second lamp.")
    assert answer.status_code in {413, 422}
    text = answer.text
    assert says in text
    assert "The second lamp." in text
    assert written.issued.code in text
    assert written.held() == []


def test_number_and_code_stay_on_the_page_while_pictures_are_added(written: Written) -> None:
    issued = f"{written.issued.number}/{written.issued.code}"
    assert written.send("a.png", picture(WHERE, "PNG"), issued=issued).status_code == 303
    assert written.issued.code in written.browser.get(written.path).text
    assert written.issued.code not in written.browser.get(written.path).text, "once"
    for forged in ("<b>x</b>", "K7QM-2XRD-W/<script>"):
        written.send("a.png", picture(WHERE, "PNG"), issued=forged)
        assert forged not in written.browser.get(written.path).text


def test_there_is_room_for_so_many_and_one_can_be_taken_back(written: Written) -> None:
    most = CaseSettings().pictures_max
    for _ in range(most):
        written.send("a.png", picture(WHERE, "PNG"))
    assert "already" in written.send("a.png", picture(WHERE, "PNG")).text
    first, *others = written.held()
    assert len(others) == most - 1
    assert written.browser.send_once(f"{written.path}/pictures/{first}/remove").status_code == 303
    assert written.held() == others
    assert written.browser.get(f"{written.path}/pictures/{first}").status_code == 404


def test_pictures_go_some_time_after_the_end(written: Written) -> None:
    written.send("a.png", picture(WHERE, "PNG"))
    programme = written.portal.office.programme
    written.browser.send(f"{written.path}/step", {"event": "withdraw"})
    days = CaseSettings().picture_days
    written.portal.watch.pass_by(days=days - 1)
    pictures.sweep(programme)
    assert len(written.held()) == 1
    written.portal.watch.pass_by(days=2)
    assert pictures.sweep(programme) == 1
    assert written.held() == []
    assert programme.call(SYSTEM, pictures.list_of, written.voice_id) == []


def told(browser: Browser, agency: UUID, body: str, **more: str) -> httpx.Response:
    """All pages of a complaint about a lamp; the page on which everything is read once more."""
    path = "/voices/new/complaint"
    answer = browser.get(path)
    pages: tuple[dict[str, str], ...] = (
        {"agency": f"a{agency.hex}", "topic": "street_light"},
        {
            "subject": "A lamp", "body": body, "place.governorate": "OM-MA", "place.latitude": "23.58",
            "place.longitude": "58.40", "is_public": "1",
        },
        {"name": "Salim", "email": "salim@example.om"} | more,
    )  # fmt: skip
    for number, fields in enumerate(pages, start=1):
        here = {"carried": carried_in(answer), "page": str(number), "go": "next"}
        answer = browser.send_once(path, here | fields)
    return answer


def carried_in(answer: httpx.Response) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', answer.text)
    assert found is not None
    return found.group(1)


def send(browser: Browser, page: httpx.Response, **more: str) -> httpx.Response:
    return browser.send_once(
        "/voices/new/complaint", {"carried": carried_in(page), "page": "review", "go": "next", **more}
    )


def test_whoever_reports_the_same_is_shown_it_and_follows_it_instead(written: Written) -> None:
    portal = written.portal
    first = portal.browser()
    assert "follow" not in re.findall(r'name="(\w+)"', told(first, written.agency, "Very dark here.").text)
    main = send(first, told(first, written.agency, "Very dark here."))
    assert main.status_code == 303
    main_id = main.headers["location"].rpartition("/")[2]
    second = portal.browser("ar")
    page = told(second, written.agency, "مظلم جدًا.", email="muna@example.om")
    assert f'name="follow" value="{main_id}"' in page.text
    assert "Very dark" not in page.text, "never another's words"
    assert "salim@example.om" not in page.text
    answer = send(second, page, follow=main_id)
    voice_id = answer.headers["location"].rpartition("/")[2]
    assert voice_id != main_id
    followed = second.get(f"/follow/voices/{voice_id}")
    assert re.search(r'<code dir="ltr">\w{4}-\w{4}-\w</code>', followed.text)
    assert "أبلغ آخرون" in followed.text
    row = portal.store.execute(
        "SELECT state, main_id::text FROM participation.voices JOIN participation.cases ON case_id = voice_id"
        " WHERE voice_id = %s",
        [voice_id],
    ).fetchone()
    assert row == ("merged", main_id)


def test_whoever_goes_back_after_the_form_has_changed_types_nothing_again(written: Written) -> None:
    """A new agency is a new version of the form."""
    browser, path = written.portal.browser(), "/voices/new/complaint"
    first = browser.get(path)
    fields = {"agency": f"a{written.agency.hex}", "topic": "waiting"}
    second = browser.send_once(path, {"carried": carried_in(first), "page": "1", "go": "next", **fields})
    with written.portal.city.database.connect() as owner:
        store_agency(owner, uuid4())
    back = browser.send_once(
        path, {"carried": carried_in(second), "page": "2", "go": "back", "subject": "Late"}
    )
    assert back.status_code == 200
    assert re.search(rf'value="a{written.agency.hex}" checked', back.text)
    again = browser.send_once(path, {"carried": carried_in(back), "page": "1", "go": "next", **fields})
    assert 'value="Late"' in again.text
    with written.portal.city.database.connect() as owner:
        owner.execute(
            "UPDATE innovation.organisations SET state = 'suspended' WHERE organisation_id = %s",
            [written.agency],
        )
        owner.commit()
    lost = browser.send_once(
        path, {"carried": carried_in(again), "page": "2", "go": "back", "subject": "Late"}
    )
    assert 'value="waiting" checked' in lost.text, "what is still an answer stays"
    assert written.agency.hex not in lost.text
