"""Certificates: offered once, named by their holders, signed, and told apart from what is not ours."""

from __future__ import annotations

import base64
import gzip
import json
import re
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.people.model import Names
from casework.people.settings import PeopleSettings
from casework.programme import Programme
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from hackathon.outreach.certificates import service
from hackathon.outreach.certificates.credential import LIST_BITS, did_document, index_of
from hackathon.outreach.certificates.errors import (
    AwardedAlready,
    MissingPackage,
    NamesMissing,
    NotIssued,
    OwnCertificate,
    UnusableKey,
)
from hackathon.outreach.certificates.keys import open_keys, rotate
from hackathon.outreach.certificates.model import Award, Certificate, Kind, Standing
from hackathon.outreach.certificates.noun import HOLDER
from hackathon.outreach.certificates.paper import write_html, write_pdf
from hackathon.outreach.certificates.settings import CertificateSettings
from hackathon.outreach.certificates.signing import Signing
from hackathon.outreach.certificates.wording import description
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import NOON
from tests.hackathon.terms import DAY, store_person

GUIDE = Path(__file__).parents[2] / "docs" / "certificates.md"
HACKATHON = UUID(int=70)
ORGANISER = Actor(UUID(int=71), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, HACKATHON)),))
CHIEF = Actor(UUID(int=72), (Grant(Role.ADMINISTRATOR),))
NAMES = Names("منى بنت سالم الحارثية", "Muna Salim Al Harthy")
PORTAL = PeopleSettings(portal_url="https://hub.example")


@pytest.fixture(scope="module")
def owner(programme: Database):
    with programme.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> CertificateSettings:
    return CertificateSettings(folder=tmp_path_factory.mktemp("keys") / "certificates")


@pytest.fixture
def hub(portal: Connection, settings: CertificateSettings) -> Programme:
    return programme_for(portal, lambda: NOON, settings, PORTAL)


@pytest.fixture
def person(owner: Connection) -> UUID:
    return store_person(owner)


def award(person: UUID, **changes: Any) -> Award:
    made = Award(
        Kind.JUDGE, person, HACKATHON, Names("هاكاثون حر المدينة", "the City heat hackathon"), date(2026, 11, 1),
        date(2026, 11, 3),
    )  # fmt: skip
    return replace(made, **changes)


def issue(hub: Programme, person: UUID, **changes: Any) -> Certificate:
    made = award(person, **changes)
    actor = CHIEF if made.kind is Kind.AMBASSADOR else ORGANISER
    certificate_id = hub.call(actor, service.offer, made)
    return hub.call(Actor(person), service.issue, certificate_id, NAMES, 1)


def said_by(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return said


def test_what_is_issued_is_valid_and_hides_the_address(portal: Connection, hub: Programme, person: UUID):
    issued = issue(hub, person)
    assert issued.credential is not None
    verdict = hub.call(ANONYMOUS, service.verify_short_id, issued.short_id.upper())
    assert (verdict.standing, verdict.certificate) == (Standing.VALID, issued)
    assert hub.call(ANONYMOUS, service.verify_token, issued.credential).standing is Standing.VALID
    said = said_by(issued.credential)
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["iss"] == said["issuer"]["id"] == "did:web:hub.example"
    assert f"{person}@example.com" not in json.dumps(said)
    names = [one["identityHash"] for one in said["credentialSubject"]["identifier"]]
    assert names[1:] == [NAMES.ar, NAMES.en]
    rows = portal.execute(
        "SELECT template FROM innovation.outbox WHERE person_id = %s ORDER BY created_at, template", [person]
    ).fetchall()
    assert [template.rpartition("/")[2] for (template,) in rows] == ["issued", "offered"]


def test_what_was_changed_is_not_what_was_signed(hub: Programme, person: UUID, owner: Connection):
    issued = issue(hub, person)
    assert issued.credential is not None
    head, body, signature = issued.credential.split(".")
    said = said_by(issued.credential)
    said["credentialSubject"]["identifier"][2]["identityHash"] = "Somebody Else"
    forged = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    no_algorithm = base64.urlsafe_b64encode(b'{"alg":"none","kid":"x"}').rstrip(b"=").decode()
    for token in (
        f"{head}.{forged}.{signature}", f"{no_algorithm}.{body}.", f"{head}.{body}.AAAA", "nothing", "a.b.c", "..",
    ):  # fmt: skip
        assert hub.call(ANONYMOUS, service.verify_token, token).standing is Standing.TAMPERED
    owner.execute(
        "UPDATE innovation.certificates SET name_en = 'Somebody Else' WHERE certificate_id = %s",
        [issued.certificate_id],
    )
    assert hub.call(ANONYMOUS, service.verify_short_id, issued.short_id).standing is Standing.TAMPERED


def test_a_certificate_expires_at_its_instant(
    portal: Connection, hub: Programme, person: UUID, settings: CertificateSettings
):
    expires_at = NOON + DAY
    issued = issue(hub, person, kind=Kind.AMBASSADOR, subject_id=uuid4(), expires_at=expires_at)
    just_before = expires_at - timedelta(microseconds=1)
    before = programme_for(portal, lambda: just_before, settings, PORTAL)
    after = programme_for(portal, lambda: expires_at, settings, PORTAL)
    assert before.call(ANONYMOUS, service.verify_short_id, issued.short_id).standing is Standing.VALID
    assert after.call(ANONYMOUS, service.verify_short_id, issued.short_id).standing is Standing.EXPIRED
    assert issued.credential is not None
    assert said_by(issued.credential)["validUntil"] == f"{expires_at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_revoked_certificate_is_told_and_stands_in_the_list(hub: Programme, person: UUID):
    issued, other = issue(hub, person), issue(hub, person, kind=Kind.WINNER)
    with pytest.raises(NotAllowed):
        hub.call(ORGANISER, service.move, issued.certificate_id, "revoke", 2, "mistake")
    hub.call(CHIEF, service.move, issued.certificate_id, "revoke", 2, "mistake")
    assert issued.credential is not None
    assert hub.call(ANONYMOUS, service.verify_short_id, issued.short_id).standing is Standing.REVOKED
    assert hub.call(ANONYMOUS, service.verify_token, issued.credential).standing is Standing.REVOKED
    subject = said_by(hub.call(ANONYMOUS, service.sign_status_list, 0))["credentialSubject"]
    packed = subject["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))

    def is_set(one: Certificate) -> bool:
        status = said_by(str(one.credential))["credentialStatus"]
        assert status["statusListCredential"] == subject["id"].removesuffix("#list")
        place = int(status["statusListIndex"])
        return bool(bits[place // 8] & 0x80 >> place % 8)

    assert len(bits) * 8 == LIST_BITS
    assert (is_set(issued), is_set(other)) == (True, False)
    assert issue(hub, person).short_id != issued.short_id


def test_every_certificate_of_a_list_has_its_own_place():
    assert len({index_of(number) for number in range(LIST_BITS)}) == LIST_BITS


def test_what_we_have_not_issued_is_unknown(
    hub: Programme,
    person: UUID,
):
    offered = hub.call(ORGANISER, service.offer, award(person))
    short_id = next(
        one.short_id for one in hub.call(Actor(person), service.list_own) if one.certificate_id == offered
    )
    for one in (short_id, "0000000000", "", "'; --"):
        assert hub.call(ANONYMOUS, service.verify_short_id, one).standing is Standing.UNKNOWN
    assert hub.call(ANONYMOUS, service.verify_token, "x" * 30_000).standing is Standing.UNKNOWN
    with pytest.raises(NotIssued):
        hub.call(Actor(person), service.get_issued, offered)
    with pytest.raises(NoSuchObject):
        hub.call(CHIEF, service.get_issued, offered)


def test_who_awards_and_who_approves(hub: Programme, person: UUID):
    stranger = Actor(uuid4(), (Grant(Role.COORDINATOR),))
    with pytest.raises(NotAllowed):
        hub.call(stranger, service.offer, award(person))
    with pytest.raises(NotAllowed):
        hub.call(ORGANISER, service.offer, award(person, kind=Kind.AMBASSADOR))
    with pytest.raises(OwnCertificate):
        hub.call(Actor(person, CHIEF.grants), service.offer, award(person))
    certificate_id = hub.call(ORGANISER, service.offer, award(person))
    with pytest.raises(AwardedAlready):
        hub.call(ORGANISER, service.offer, award(person))
    with pytest.raises(NotAllowed):
        hub.call(CHIEF, service.issue, certificate_id, NAMES, 1)
    for names in (Names("منى", None), Names("م" * 121, "Muna"), Names("منى", "Mu\u202ena")):
        with pytest.raises(NamesMissing):
            hub.call(Actor(person), service.issue, certificate_id, names, 1)
    hub.call(Actor(person), service.move, certificate_id, "decline", 1)
    assert hub.call(ORGANISER, service.offer, award(person)) != certificate_id


def test_the_key_is_made_once_kept_to_ourselves_and_old_ones_still_verify(
    portal: Connection, person: UUID, tmp_path: Path
):
    limits = CertificateSettings(folder=tmp_path / "certificates")
    first = programme_for(portal, lambda: NOON, limits, PORTAL)
    first_id = first.of(Signing).now().keys.signing_id
    assert open_keys(limits).signing_id == first_id
    file = tmp_path / "certificates" / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]
    issued = issue(first, person)
    rotate(limits)
    assert sum("d" in one for one in json.loads(file.read_text("utf-8"))["keys"]) == 1
    second = programme_for(portal, lambda: NOON, limits, PORTAL)
    keys, issuer = second.of(Signing).now()
    assert keys.signing_id != first_id
    assert second.call(ANONYMOUS, service.verify_short_id, issued.short_id).standing is Standing.VALID
    document = json.dumps(did_document(keys, issuer))
    assert first_id in document
    assert keys.signing_id in document
    assert '"d"' not in document
    assert "private" not in repr(second.of(CertificateSettings))


def test_a_key_can_be_given_and_a_wrong_one_is_told(settings: CertificateSettings, tmp_path: Path):
    given = json.dumps(open_keys(settings).signing.as_dict(private=True))
    with_key = CertificateSettings(folder=tmp_path, key=SecretStr(given))
    assert open_keys(with_key).signing_id == open_keys(settings).signing_id
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(UnusableKey):
        open_keys(CertificateSettings(folder=tmp_path))
    with pytest.raises(UnusableKey):
        open_keys(CertificateSettings(folder=tmp_path / "x", key=SecretStr('{"kty":"oct","k":"AAAA"}')))


def test_paper_is_the_same_bytes_each_time_and_reads_in_both_directions(hub: Programme, person: UUID):
    issued = issue(hub, person, minutes=90, reached=1_234, expires_at=NOON + 30 * DAY)
    for language in LANGUAGES:
        page = write_html(issued, hub.of(Signing).now().issuer, language)
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page
        assert f'<bdi dir="ltr">{issued.short_id}</bdi>' in page
        assert str(NAMES.ar) in page
        assert str(NAMES.en) in page
        pdf = write_pdf(issued, hub.of(Signing).now().issuer, language)
        assert pdf.startswith(b"%PDF-")
        assert pdf == write_pdf(issued, hub.of(Signing).now().issuer, language)
    hostile = replace(issued, names=Names("<b>منى", "<script>"))
    assert "<script>" not in write_html(hostile, hub.of(Signing).now().issuer, "en")


def test_a_machine_without_the_packages_is_told_which(
    hub: Programme, person: UUID, monkeypatch: pytest.MonkeyPatch
):
    import builtins

    real = builtins.__import__

    def without_pango(name: str, *rest: Any, **others: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **others)

    issued = issue(hub, person)
    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(MissingPackage, match="libpango"):
        write_pdf(issued, hub.of(Signing).now().issuer, "en")


def test_of_an_erased_person_nothing_can_be_verified(portal: Connection, hub: Programme, person: UUID):
    issued = issue(hub, person)
    with portal.transaction():
        exported = list(HOLDER.export(portal, person))
        assert exported[0][1]["credential"] == issued.credential
        HOLDER.erase(portal, person)
    assert issued.credential is not None
    verdict = hub.call(ANONYMOUS, service.verify_token, issued.credential)
    assert (verdict.standing, verdict.certificate) == (Standing.REVOKED, None)


def test_the_guide_s_code_verifies_a_certificate_and_finds_a_forgery(hub: Programme, person: UUID):
    issued = issue(hub, person)
    assert issued.credential is not None
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert code is not None
    there: dict[str, Any] = {}
    exec(code[1], there)
    document = did_document(*hub.of(Signing).now())
    status = hub.call(ANONYMOUS, service.sign_status_list, 0)
    said, is_revoked = there["verify"](issued.credential, document, status)
    assert said["id"] == f"urn:uuid:{issued.certificate_id}"
    assert not is_revoked
    hub.call(CHIEF, service.move, issued.certificate_id, "revoke", 2, "mistake")
    status = hub.call(ANONYMOUS, service.sign_status_list, 0)
    assert there["verify"](issued.credential, document, status)[1]
    head, body, signature = issued.credential.split(".")
    with pytest.raises(there["InvalidSignature"]):
        there["verify"](f"{head}.{body[:-4]}AAAA.{signature}", document, status)


@pytest.mark.parametrize(
    ("language", "title", "apart"),
    [
        ("en", "هاكاثون الظل", "took part in \u2068هاكاثون الظل\u2069, 1\u00a0November"),
        ("ar", "Shade hackathon", "للمشاركة في \u2068Shade hackathon\u2069، من"),
        ("en", "Shade hackathon", "took part in Shade hackathon, 1\u00a0November"),
    ],
)
def test_a_title_of_the_other_direction_turns_nothing_around_it(language: Any, title: str, apart: str):
    made = award(HACKATHON, kind=Kind.PARTICIPANT, occasion=Names(title, title))
    assert apart in description(made, language)


@pytest.mark.parametrize(("language", "other"), [("ar", "ltr"), ("en", "rtl")])
def test_the_name_in_the_other_script_is_laid_out_in_its_own_direction_and_once(
    hub: Programme, person: UUID, language: Any, other: str
):
    issued = issue(hub, person)
    assert f'class="other" lang="{"en" if other == "ltr" else "ar"}" dir="{other}"' in write_html(
        issued, hub.of(Signing).now().issuer, language
    )
    same = replace(issued, names=Names("Salma", "Salma"))
    assert write_html(same, hub.of(Signing).now().issuer, language).count("<bdi>Salma</bdi>") == 1
