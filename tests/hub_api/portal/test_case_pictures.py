"""Pictures of a case: drawn anew, for those they are for, and gone some time after the end."""

from __future__ import annotations

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
    return Written(portal, agency, taken.case_id, taken.issued, browser)


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
