"""Certificates as people and programs meet them: approved, downloaded, looked up, and verified without us."""

from __future__ import annotations

import gzip
import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey

from casework.access.model import Actor, Grant, Role
from casework.people.model import Names
from citycore.language import LANGUAGES
from hackathon.outreach.certificates import keys, service
from hackathon.outreach.certificates.errors import MissingPackage
from hackathon.outreach.certificates.model import Award, Kind
from hub_api.programme.outreach.certificates import own_pages
from tests.hackathon.calling import programme_for
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.conftest import Browser, Portal, Somebody

#: The name that verifiers of badges know; RFC 9864 has a newer one for the same signature.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
CHIEF = Actor(uuid4(), (Grant(Role.ADMINISTRATOR),))
NAMES = {"name_ar": "منى بنت سالم الحارثية", "name_en": "Muna Salim Al Harthy"}


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's certificate, and its pages."""

    holder: Somebody
    certificate_id: UUID
    portal: Portal

    @property
    def path(self) -> str:
        return f"/account/certificates/{self.certificate_id}"

    @property
    def short_id(self) -> str:
        return _call(self.portal, Actor(self.holder.person_id), service.get_own, self.certificate_id).short_id

    def approve(self, version: int = 1, **names: str) -> httpx.Response:
        return self.holder.browser.send(f"{self.path}/issue", NAMES | names | {"version": str(version)})

    def token(self) -> str:
        return self.holder.browser.get(f"{self.path}/credential").text


def _call(portal: Portal, actor: Actor, *call: Any) -> Any:
    settings = portal.office.settings
    return programme_for(portal.store, portal.watch, settings.certificates, settings.people).call(
        actor, *call
    )


def offer(portal: Portal, language: str = "en", **changes: Any) -> Given:
    holder = portal.join("muna", language)
    award = Award(
        Kind.WINNER, holder.person_id, uuid4(), Names("هاكاثون الحر", "the Heat hackathon"), date(2026, 11, 1),
        date(2026, 11, 3), **changes,
    )  # fmt: skip
    offered = _call(portal, CHIEF, service.offer, award)
    return Given(holder, offered, portal)


def issued(portal: Portal, **changes: Any) -> Given:
    given = offer(portal, **changes)
    assert given.approve().status_code == 303
    return given


def fetch(portal: Portal, address: str) -> httpx.Response:
    """Whatever address a credential names, asked for as it stands there."""
    browser: Browser = portal.browser()
    assert urlsplit(address).netloc == "hub.test", address
    answer: httpx.Response = portal.run(browser.client.get(address))
    return answer


def test_the_holder_approves_the_spelling_and_gets_paper_and_badge(portal: Portal) -> None:
    given = offer(portal)
    browser = given.holder.browser
    assert given.path in browser.get("/account/certificates").text
    page = browser.get(given.path).text
    assert 'value="سلمى الحارثية"' in page, "as the account spells it, to be corrected"
    assert browser.get(f"{given.path}/paper/en").status_code == 409, "nothing is issued yet"
    half = given.approve(name_en="")
    assert half.status_code == 422
    assert NAMES["name_ar"] in half.text, "what was typed stays"
    assert 'role="alert"' in half.text
    assert given.approve().headers["location"] == f"/portal{given.path}"
    assert given.approve().status_code == 409, "once"
    page = browser.get(given.path).text
    assert f"http://hub.test/portal/certificates/{given.short_id}" in page
    for language in LANGUAGES:
        paper = browser.get(f"{given.path}/paper/{language}")
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.headers["content-disposition"].startswith("attachment;")
        assert paper.headers["x-content-type-options"] == "nosniff"
        assert paper.content.startswith(b"%PDF-")
    assert browser.get(f"{given.path}/paper/fr").status_code == 404


def test_nobody_else_reaches_a_certificate_by_its_holder_s_pages(portal: Portal) -> None:
    given, eve = issued(portal), portal.join("eve")
    for path in ("", "/paper/ar", "/credential"):
        assert eve.browser.get(f"{given.path}{path}").status_code == 404
        assert portal.browser().get(f"{given.path}{path}").status_code == 303
    for path, form in (("/issue", NAMES), ("/step", {"event": "give_back"})):
        assert eve.browser.send(f"{given.path}{path}", form | {"version": "2"}).status_code == 404
    assert given.holder.browser.get(given.path).text.count("give_back") == 1


def test_every_address_in_a_credential_leads_somewhere_on_this_hub(portal: Portal) -> None:
    """As a verifier does it who knows nothing of this hub but what stands in the credential."""
    given = issued(portal)
    token = given.token()
    compact = jws.extract_compact(token.encode())
    header, said = compact.headers(), json.loads(compact.payload)
    did = said["issuer"]["id"]
    assert (said["iss"], header["kid"].partition("#")[0]) == (did, did)
    host = unquote(did.removeprefix("did:web:"))
    answer = fetch(portal, f"http://{host}/.well-known/did.json")
    assert answer.headers["content-type"] == "application/did+json"
    document = answer.json()
    assert document["id"] == did
    methods = {one["id"]: one["publicKeyJwk"] for one in document["verificationMethod"]}
    assert set(document["assertionMethod"]) == set(methods)
    key = OKPKey.import_key(methods[header["kid"]])
    assert json.loads(jws.deserialize_compact(token, key, algorithms=["EdDSA"]).payload) == said
    head, body, signature = token.split(".")
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(f"{head}.{body[:-4]}AAAA.{signature}", key, algorithms=["EdDSA"])

    addresses = set(re.findall(r'"(https?://[^"]+)"', json.dumps(said))) - set(said["@context"])
    assert len(addresses) == 4, "the issuer's page, the certificate's, the status list, and the place in it"
    for address in addresses:
        assert fetch(portal, address).status_code == 200, address
    page = fetch(portal, said["credentialSubject"]["achievement"]["id"])
    (link,) = re.findall(r'<([^>]+)>; rel="alternate"; type="application/vc\+jwt"', page.headers["link"])
    again = fetch(portal, link)
    assert (again.headers["content-type"], again.text) == ("application/vc+jwt", token)

    status = said["credentialStatus"]
    listed = fetch(portal, status["statusListCredential"])
    assert listed.headers["content-type"] == "application/vc+jwt"
    assert listed.headers["cache-control"] == "public, max-age=300"
    seen = json.loads(jws.deserialize_compact(listed.text, key, algorithms=["EdDSA"]).payload)
    assert seen["id"] == status["statusListCredential"]
    assert not bit(seen, int(status["statusListIndex"]))
    revoke(portal, given)
    listed = fetch(portal, status["statusListCredential"])
    seen = json.loads(jws.deserialize_compact(listed.text, key, algorithms=["EdDSA"]).payload)
    assert bit(seen, int(status["statusListIndex"]))
    assert fetch(portal, link).status_code == 404


def bit(listed: dict[str, Any], place: int) -> bool:
    packed = listed["credentialSubject"]["encodedList"].removeprefix("u")
    bits = gzip.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    return bool(bits[place // 8] & 0x80 >> place % 8)


def revoke(portal: Portal, given: Given) -> None:
    _call(portal, CHIEF, service.move, given.certificate_id, "revoke", 2, "figures_wrong")


@pytest.mark.parametrize(("language", "word", "name"), [
    ("en", "Genuine", NAMES["name_en"]), ("ar", "صحيحة", NAMES["name_ar"]),
])  # fmt: skip
def test_anybody_looks_up_a_genuine_certificate(portal: Portal, language: str, word: str, name: str) -> None:
    given, visitor = issued(portal), portal.browser(language)
    typed = f" {given.short_id[:5].upper()}-{given.short_id[5:]} "
    for text in (typed, f"http://hub.test/portal/certificates/{given.short_id}?lang=ar"):
        found = visitor.get("/certificates", params={"q": text})
        assert found.headers["location"] == f"/portal/certificates/{given.short_id}"
    answer = visitor.get(f"/certificates/{given.short_id}")
    assert answer.status_code == 200
    assert word in answer.text
    assert f"<bdi>{name}</bdi>" in answer.text
    assert given.holder.email not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"
    pasted = visitor.send("/certificates", {"credential": f"  {given.token()}\n"})
    assert pasted.headers["location"] == f"/portal/certificates/{given.short_id}"


def send_file(portal: Portal, content: bytes, **fields: str) -> httpx.Response:
    """By somebody whom nobody knows."""
    browser = portal.browser()
    answer: httpx.Response = portal.run(
        browser.client.post(
            "/portal/certificates/file", data={"form_token": browser.form_token()} | fields,
            files={"file": ("badge.jwt", content, "application/octet-stream")},
        )
    )  # fmt: skip
    return answer


def test_the_file_of_a_badge_is_verified_and_bounded(portal: Portal) -> None:
    given = issued(portal)
    content = f"{given.token()}\n".encode()
    assert send_file(portal, content).headers["location"] == f"/portal/certificates/{given.short_id}"
    for changed in (content.replace(b".", b",", 1), b"\xff\x00%PDF", content[:-30]):
        answer = send_file(portal, changed)
        assert (answer.status_code, "This is not what was signed" in answer.text) == (200, True)
    large = send_file(portal, b"x" * 300_000)
    assert (large.status_code, 'role="alert"' in large.text) == (413, True)
    assert send_file(portal, content, form_token="another").status_code == 403
    empty = portal.browser().send("/certificates/file", {"file": "text"})
    assert (empty.status_code, 'role="alert"' in empty.text) == (422, True)


def test_what_is_not_genuine_is_called_what_it_is_without_saying_whose_it_was(portal: Portal) -> None:
    given, visitor = issued(portal), portal.browser()
    head, body, signature = given.token().split(".")
    changed = visitor.send("/certificates", {"credential": f"{head}.{body[:-4]}AAAA.{signature}"})
    assert "This is not what was signed" in changed.text
    revoked = issued(portal)
    token = revoked.token()
    revoke(portal, revoked)
    page = visitor.get(f"/certificates/{revoked.short_id}")
    assert (page.status_code, "has been revoked" in page.text) == (200, True)
    assert NAMES["name_en"] not in page.text
    assert "has been revoked" in visitor.send("/certificates", {"credential": token}).text
    assert dict(portal.mails(revoked.holder.email))["revoked"]["certificate_link"].endswith(revoked.short_id)
    waiting = offer(portal)
    for number in (waiting.short_id, "0000000000", "nonsense"):
        unknown = visitor.get(f"/certificates/{number}")
        assert (unknown.status_code, "no such certificate" in unknown.text) == (404, True)
    wrong = visitor.get("/certificates", params={"q": "<not a number>"})
    assert wrong.status_code == 422
    assert "&lt;not a number&gt;" in wrong.text
    assert visitor.get("/certificates/status/1").status_code == 404
    assert visitor.get("/certificates/status/-1").status_code == 422


def test_an_expired_certificate_says_so_and_still_whose_it_was(portal: Portal) -> None:
    given = issued(portal, expires_at=NOW + timedelta(days=30))
    assert "Genuine" in portal.browser().get(f"/certificates/{given.short_id}").text
    before = portal.watch.at
    portal.watch.pass_by(days=30)
    try:
        page = portal.browser().get(f"/certificates/{given.short_id}").text
    finally:
        portal.watch.at = before
    assert "was valid and has expired" in page
    assert NAMES["name_en"] in page


def test_a_holder_declines_or_gives_back(portal: Portal) -> None:
    given, kept = offer(portal), issued(portal)
    fields = {"event": "decline", "version": "1"}
    assert given.holder.browser.send(f"{given.path}/step", fields).status_code == 303
    assert "Declined by the holder" in given.holder.browser.get(given.path).text
    fields = {"event": "give_back", "version": "2"}
    assert kept.holder.browser.send(f"{kept.path}/step", fields | {"event": "revoke"}).status_code == 422
    assert kept.holder.browser.send(f"{kept.path}/step", fields).status_code == 303
    assert "has been revoked" in portal.browser().get(f"/certificates/{kept.short_id}").text
    assert [name for name, _ in portal.mails(kept.holder.email) if name == "revoked"] == []


def test_after_a_rotation_old_and_new_ones_verify_without_a_restart(portal: Portal) -> None:
    old = issued(portal)
    keys.rotate(portal.office.settings.certificates)
    new = issued(portal)
    visitor, kids = portal.browser(), set()
    for given in (old, new):
        assert "Genuine" in visitor.get(f"/certificates/{given.short_id}").text
        kids.add(jws.extract_compact(given.token().encode()).headers()["kid"])
    document = fetch(portal, "http://hub.test/.well-known/did.json").json()
    assert len(kids) == 2
    assert kids <= {one["id"] for one in document["verificationMethod"]}
    assert '"d"' not in json.dumps(document)


def test_a_key_that_cannot_be_used_is_told_to_people_and_programs_but_not_where_it_lies(
    portal: Portal,
) -> None:
    given = issued(portal)
    file = portal.office.settings.certificates.key_folder() / "keys.json"
    whole = file.read_text("utf-8")
    file.write_text("{}")
    try:
        document = fetch(portal, "http://hub.test/.well-known/did.json")
        pages = {
            language: portal.browser(language).get(f"/certificates/{given.short_id}")
            for language in LANGUAGES
        }
    finally:
        file.write_text(whole)
    assert document.status_code == 503
    assert (document.json()["code"], "retry-after" in document.headers) == ("unusable_key", True)
    for page in pages.values():
        assert page.status_code == 503
        assert str(file.parent) not in page.text
    assert str(file.parent) not in document.text
    assert "The key that signs certificates" in pages["en"].text
    assert "مفتاح توقيع الشهادات" in pages["ar"].text
    assert portal.browser().get(f"/certificates/{given.short_id}").status_code == 200


def test_a_machine_that_cannot_lay_out_pdf_says_so(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    given = issued(portal)

    def refuse(*_: object) -> bytes:
        raise MissingPackage(packages="libpango-1.0-0")

    monkeypatch.setattr(own_pages, "write_pdf", refuse)
    answer = given.holder.browser.get(f"{given.path}/paper/ar")
    assert answer.status_code == 503
    assert "lacks what lays out PDF" in answer.text
    assert given.holder.browser.get(f"{given.path}/credential").status_code == 200
