"""What no file of the hub does, read from its source: the promises that no single request could show."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from hub_api.programme.kit.forms import read_form
from hub_api.programme.kit.settings import PortalSettings
from hub_api.serving.operator.settings import OperatorSettings
from hub_api.serving.operator.texts import rendered
from hub_api.serving.pages.assets import ASSETS
from hub_api.serving.pages.layout import TEMPLATES

ROOT = Path(__file__).resolve().parents[2]
#: What runs in production, the command line apart.
ROOMS = (
    "citycore", "ingest", "forecasting", "casework", "hackathon", "participation", "programme", "hub_api", "dashboards",
)  # fmt: skip
#: Attributes that the templates themselves write, and a drawing of ours.
UNESCAPED = {
    "hub_api/programme/kit/forms.html": "more",
    "hub_api/programme/kit/questionnaire.html": "more",
    "hub_api/programme/kit/code_sheet.html": "drawn",
    "hub_api/programme/casework/second_factor/app.html": "drawn",
}
#: Work that the worker hands to its own processes, and models that it keeps for itself.
PICKLED = {
    "forecasting/keeping.py",
    "forecasting/running/child.py",
    "forecasting/running/cluster.py",
    "forecasting/running/processes.py",
}
#: Where chance need not be hard to guess: a pause between two questions, and a draw that anybody may repeat.
RANDOM = {"ingest/polling.py", "hackathon/contest/judging/feedback.py"}
RUNS = r"(?<![\w.])(?:eval|exec|compile|__import__)\(|\bos\.(?:system|popen)\(|\bgetoutput\(|shell=True|\bunsafe_load\b"
#: Text that is put together within the call; names of tables go through ``psycopg.sql``.
MADE = r"\.(?:execute|executemany|copy|SQL)\(\s*(?:b?f[\"']|[^()]*?[\"']\s*(?:%|\+)\s|[^()]*?[\"']\.format\()"
WEAK = r"\b(?:md5|sha1)\b|hashlib\.new|_create_unverified|CERT_NONE|CERT_OPTIONAL|tls_insecure_set|(?:verify|check_hostname) ?= ?False"


@cache
def sources(*rooms: str) -> dict[str, str]:
    return {
        str(file.relative_to(ROOT)): file.read_text("utf-8")
        for room in rooms
        for file in (ROOT / room).rglob("*.py")
        if "migrations" not in file.parts
    }


def found(pattern: str, *rooms: str) -> dict[str, list[str]]:
    """What matches, by the file in which it stands."""
    wanted = re.compile(pattern, re.MULTILINE)
    return {file: hits for file, text in sources(*rooms).items() if (hits := wanted.findall(text))}


def imported(names: str, *rooms: str) -> set[str]:
    """Files that import one of these modules, also late."""
    return set(found(rf"^ *(?:import|from) (?:{names})\b", *rooms))


def test_nothing_that_was_sent_is_run():
    assert found(RUNS, *ROOMS) == {}
    assert imported("pickle|marshal|shelve|dill|cloudpickle", *ROOMS) == PICKLED
    loaded = found(r"yaml\.(?:load|load_all|safe_load)\(.*", *ROOMS)
    assert list(loaded) == ["citycore/registry/document.py"]
    assert "Loader=RegistryLoader" in loaded["citycore/registry/document.py"][0]
    assert (
        "class RegistryLoader(UniqueKeys, yaml.CSafeLoader)"
        in sources(*ROOMS)["citycore/registry/document.py"]
    )


def test_no_statement_is_made_of_text():
    # Of tables that the archive itself has just named.
    assert list(found(MADE, *ROOMS)) == ["ingest/archive/repository.py"]


def test_what_would_make_a_statement_is_found():
    for made in (
        'c.execute(f"SELECT {x}")',
        'c.execute("SELECT " + x)',
        'c.execute("SELECT %s" % x)',
        "c.execute('{}'.format(x))",
    ):
        assert re.search(MADE, made), made
    for fine in (
        'c.execute(QUERIES["a"], x)',
        'c.execute("SELECT %s", [x])',
        'c.execute(sql.SQL("DROP {}").format(name))',
    ):
        assert re.search(MADE, fine) is None, fine


def test_no_weak_digest_and_no_certificate_is_taken_untested():
    # Applications for codes know SHA-1 within HMAC, where nothing known of it is a weakness (RFC 6194, 2).
    assert found(WEAK, *ROOMS, "stack", "falaj_client") == {
        "casework/second_factor/totp.py": ["sha1"],
        # A term of Croissant's context; what is told is SHA-256.
        "hub_api/standards/catalogue/croissant.py": ["md5"],
    }
    assert (
        'hmac.digest(secret, step.to_bytes(8), "sha1")' in sources(*ROOMS)["casework/second_factor/totp.py"]
    )


def test_cryptography_is_that_of_the_inventory():
    inventory = (ROOT / "docs" / "cryptography.md").read_text("utf-8")
    used = found(
        r"^ *(?:import|from) (?:cryptography|argon2|joserfc|authlib|fido2|hmac|ssl)\b|hashlib\.scrypt|pbkdf2",
        *ROOMS,
        "stack",
    )
    assert sorted(file for file in used if f"`{file}`" not in inventory) == []
    parts = found(r"from cryptography\.hazmat\.[\w.]* import (.*)", *ROOMS, "stack")
    assert {name for many in parts.values() for names in many for name in names.split(", ")} == {
        "AEAD", "ChaCha20Poly1305", "Ed25519PrivateKey", "Ed25519PublicKey", "KDF", "KEM", "Suite", "X25519PrivateKey",
        "X25519PublicKey", "ec", "hashes", "serialization", "SHA256", "HKDF", "serialization as forms",
    }  # fmt: skip
    assert set(found(r"\b(?:AES|TripleDES|ARC4|Blowfish|ECB|PKCS1v15)\b", *ROOMS, "stack")) == set()
    named = set(re.findall(r"`((?:\w+/)+\w+\.py)`", inventory)) - {"tests/architecture/test_security.py"}
    assert sorted(file for file in named if not (ROOT / file).is_file()) == []


def test_secrets_are_drawn_by_the_system():
    assert imported("random", *ROOMS) == RANDOM


def test_who_is_asked_leads_nowhere_else():
    assert len(found(r"httpx\.(?:Async)?Client\(", *ROOMS)) >= 4
    assert found(r"follow_redirects=(?!False)", *ROOMS) == {}, "httpx follows none unless it is told to"
    assert imported(r"requests|aiohttp|urllib3|urllib\.request", *ROOMS) == set()


def test_xml_is_written_and_never_read():
    assert imported(r"lxml|xml\.sax|xml\.dom|xml\.parsers", *ROOMS) == set()
    writers = imported(r"xml\.etree", *ROOMS)
    assert len(writers) == 2
    for file in writers:
        assert not re.search(
            r"\b(fromstring|parse|iterparse|XML|XMLParser|XMLPullParser)\(", sources(*ROOMS)[file]
        ), file


def test_templates_escape_whatever_they_are_given():
    assert TEMPLATES.autoescape is True
    unescaped = {
        str(file.relative_to(ROOT)): one
        for room in ("hub_api", "dashboards", "casework", "hackathon")
        for file in (ROOT / room).rglob("*.html")
        for one in re.findall(r"(\w+) *\| *safe|autoescape", file.read_text("utf-8"))
    }
    assert unescaped == UNESCAPED
    page = TEMPLATES.from_string("<p title='{{ said }}'>{{ said }}</p>").render(said="<b>'\"&")
    assert page == "<p title='&lt;b&gt;&#39;&#34;&amp;'>&lt;b&gt;&#39;&#34;&amp;</p>"


def test_markdown_of_people_brings_no_html_and_no_script():
    page = rendered(
        "<script>x</script> <b>b</b> [a](javascript:alert(1)) ![p](data:text/html,x)",
        "en",
        OperatorSettings(),
    )
    assert re.findall(r"<(\w+)", page) == ["p"]
    engines = found(r"MarkdownIt\(.*?\)", "hub_api")
    ours = engines.pop("hub_api/programme/contest/results/pages.py")  # docs/judging.md
    assert (len(ours), len(engines)) == (1, 3)
    assert all('"html": False' in one for many in engines.values() for one in many)


def test_our_scripts_write_no_markup_and_keep_nothing():
    scripts = {name: one.content.decode() for name, one in ASSETS.items() if name.endswith(".js")}
    assert sorted(scripts) == ["passkey.js", "writing.js"]
    words = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|localStorage|sessionStorage|indexedDB|postMessage|['\"]message['\"]|__proto__"
    assert [re.findall(words, text) for text in scripts.values()] == [[], []]
    assert "fetch(" not in scripts["passkey.js"], "what it was given goes with its form"


def test_fields_of_passwords_are_hidden_and_may_be_filled_by_programs():
    texts = [file.read_text("utf-8") for file in (ROOT / "hub_api/programme/casework/account").glob("*.html")]
    fields = re.findall(r"forms\.field\('(?:password|current|proof)'[^}]*", "\n".join(texts))
    assert len(fields) >= 5
    for field in fields:
        assert re.search(r"'password', '(new|current)-password', True", field), field
    assert "onpaste" not in "".join(texts)


@pytest.mark.parametrize(
    ("sent", "read"), [(b"a=%2541", "%41"), (b"a=%26lt%3B", "&lt;"), (b"a=1%2B1+2", "1+1 2")]
)
def test_a_form_is_decoded_once(sent: bytes, read: str):
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
    }
    assert asyncio.run(read_form(Request(scope, receive), PortalSettings())).text("a") == read
