"""Pictures of objects: checked, made smaller, described in both languages, shown with their size, and gone with their object."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from casework.access.model import Role
from casework.pictures.noun import HOLDER
from casework.pictures.settings import PictureSettings
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.town import announce

SAID = {"alt_ar": "ظل نخلة", "alt_en": "The shade of a palm <tree>"}


def wide(width: int = 2_000, height: int = 1_000) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return out.getvalue()


def test_a_hackathon_has_a_picture_on_its_page_and_its_card(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FALAJ_DATA", str(tmp_path))
    organiser, stranger = portal.appoint(Role.ORGANISER), portal.join("stranger")
    hackathon = announce(portal, organiser, "seen")
    path = f"/hackathons/{hackathon}"

    def send(name: str, content: bytes, said: dict[str, str] = SAID, by=organiser) -> int:  # type: ignore[no-untyped-def]
        return by.browser.send_once(f"{path}/picture", said, files={"file": (name, content)}).status_code

    assert send("p.jpg", wide(), {**SAID, "alt_ar": " "}) == 422, "nobody is left with a picture alone"
    assert send("p.png", b"no picture") == 422
    assert send("p.svg", b"<svg/>") == 422
    assert send("p.jpg", wide(), by=stranger) == 403
    assert not re.search("<img[^>]*pictures", portal.browser().get(path).text)

    assert send("p.jpg", wide()) == 303
    page, cards = portal.browser().get(path).text, portal.browser("ar").get("/hackathons").text
    (large,) = re.findall(
        r'<img src="/portal(/pictures/[^"]+)" width="1200" height="600" alt="([^"]*)"', page
    )
    assert large[1] == "The shade of a palm &lt;tree&gt;"
    (small,) = re.findall(
        r'<img src="/portal(/pictures/[^"]+)" width="480" height="240" alt="ظل نخلة"', cards
    )
    assert f'<meta property="og:image" content="http://hub.test/portal{large[0]}">' in page
    for address, width in ((large[0], 1_200), (small, 480)):
        answer = portal.browser().get(address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert Image.open(BytesIO(answer.content)).width == width

    told = picture("23.58861 N by Salim", "PNG")
    assert send("where.png", told) == 303
    (newer,) = re.findall(r'src="/portal(/pictures/[^"]+/large)"', portal.browser().get(path).text)
    answer = portal.browser().get(newer)
    assert (newer != large[0], b"Salim" in told, b"Salim" in answer.content) == (True, True, False)
    assert portal.browser().get(large[0]).status_code == 404

    assert organiser.browser.send(f"{path}/picture/remove", {}).status_code == 303
    assert portal.browser().get(newer).status_code == 404
    assert send("p.jpg", wide(40, 30)) == 303, "a small one stays as small as it is"
    with portal.city.database.connect() as owner:
        owner.execute("DELETE FROM innovation.deadlines WHERE object_id = %s", [hackathon])
        owner.execute("DELETE FROM innovation.hackathons WHERE hackathon_id = %s", [hackathon])
        kept = owner.execute("SELECT count(*) FROM innovation.pictures WHERE object_id = %s", [hackathon])
        assert kept.fetchone() == (0,), "a picture goes with its object"
    assert PictureSettings().small().pictures is not None


def test_somebody_is_seen_beside_their_name_until_they_take_it_away(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FALAJ_DATA", str(tmp_path))
    salma = portal.join()
    page = salma.browser.get("/account").text
    assert 'value="Picture of Salma Al Harthy"' in page
    assert not re.search("<img[^>]*pictures", page)
    files = {"file": ("me.jpg", wide(900, 900))}
    assert salma.browser.send_once("/account/picture", SAID, files=files).status_code == 303
    (small,) = re.findall(r'<img src="/portal(/pictures/[^"]+/small)"', salma.browser.get("/account").text)
    answer = portal.browser().get(small)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, max-age=600")
    with portal.store.transaction():
        found = [row for _, row in HOLDER.export(portal.store, salma.person_id)]
        kept = [one.path for one in HOLDER.files(portal.store, salma.person_id)]
    assert [row["alt_en"] for row in found] == [SAID["alt_en"]]
    assert [path.partition("/")[0] for path in kept] == ["pictures"]
    assert salma.browser.send("/account/picture/remove", {}).status_code == 303
    assert portal.browser().get(small).status_code == 404
    assert salma.browser.send_once("/account/picture", SAID, files=files).status_code == 303
    with portal.store.transaction():
        assert [one.rows for one in HOLDER.erase(portal.store, salma.person_id)] == [1]
    left = portal.store.execute(
        "SELECT count(*) FROM innovation.pictures WHERE object_id = %s", [salma.person_id]
    )
    assert left.fetchone() == (0,), "it goes with its person"
