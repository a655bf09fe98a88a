"""``deploy/nginx/falaj.conf`` before the real API and the real dashboards: the example does what its page says.

Needs nginx: ``apt-get install nginx``, or ``FALAJ_NGINX`` with the path of the program.
"""

from __future__ import annotations

import os
import pwd
import re
import resource
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboards.language import Words
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from stack.authority import Authority
from stack.child import Child
from stack.ports import free_port
from stack.processes import ROOT, answers_200, room_command
from stack.settings import TlsSettings
from stack.waiting import wait_until
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hub_api.conftest import seeded_city, serving_process

NGINX = os.environ.get("FALAJ_NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [
    pytest.mark.skipif(
        NGINX is None, reason="needs nginx: apt-get install -y nginx, or FALAJ_NGINX=/path/of/nginx"
    ),
    pytest.mark.usefixtures("wire"),
]
HUB, DASHBOARDS = "hub.example", "dashboards.example"
EXAMPLE = ROOT / "deploy" / "nginx" / "falaj.conf"
MAIN = """
daemon off;
user {user};
pid {folder}/nginx.pid;
worker_processes 1;
worker_rlimit_nofile 8192;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/falaj.conf;
}}
"""
START_SECONDS_MAX = 90
IDLE_CONNECTIONS = 1_100
WAIT_MS = 90_000


@dataclass(frozen=True)
class Site:
    folder: Path
    port: int
    plain_port: int
    api: str

    def client(self, host: str = HUB) -> httpx.Client:
        """Somebody who reaches a name of the example, and trusts its authority alone."""
        trusted = ssl.create_default_context(cafile=self.folder / "tls" / "ca.crt")
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"host": host},
            verify=trusted,
            trust_env=False,
            timeout=60,
        )

    def get(self, path: str, host: str = HUB, **fields: str) -> httpx.Response:
        with self.client(host) as client:
            return client.get(path, headers=fields, extensions={"sni_hostname": host})


def configured(folder: Path, ports: dict[str, int]) -> Path:
    """The example with free ports and a certificate of our own; nothing else of it is changed."""
    from citycore.clock import system_clock

    Authority(folder / "tls", TlsSettings()).establish([HUB, DASHBOARDS], system_clock())
    text = EXAMPLE.read_text("utf-8")
    text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{ports['tls']}", text)
    text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{ports['plain']}", text)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{ports['api']}")
    text = text.replace("127.0.0.1:8501", f"127.0.0.1:{ports['dashboards']}")
    text = text.replace("/etc/falaj/tls/hub", f"{folder}/tls/server")
    (folder / "falaj.conf").write_text(text, "utf-8")
    file = folder / "nginx.conf"
    file.write_text(MAIN.format(folder=folder, user=pwd.getpwuid(os.geteuid()).pw_name), "utf-8")
    return file


@pytest.fixture(scope="module")
def site(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("proxy")
    ports = {name: free_port() for name in ("tls", "plain", "api", "dashboards")}
    file = configured(folder, ports)
    told = {"FALAJ_PEOPLE_PORTAL_URL": f"https://{HUB}/portal", "FALAJ_DATA": str(folder)}
    with (
        open_database(postgres) as database,
        serving_process(seeded_city(database).database, folder / "api.log", ports["api"], **told) as (url, _),
    ):
        streamlit = Child(
            "dashboards",
            room_command("dashboards", ports),
            folder / "dashboards.log",
            {
                "FALAJ_API_URL": url,
                "PYTHONPATH": str(ROOT),
                "FALAJ_DASHBOARDS_ADDRESS": f"https://{DASHBOARDS}",
            },
        )
        nginx = Child(
            "nginx",
            [str(NGINX), "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(file)],
            folder / "nginx.log",
        )
        site = Site(folder, ports["tls"], ports["plain"], url)
        try:
            streamlit.start()
            nginx.start()
            ready = answers_200(f"http://127.0.0.1:{ports['dashboards']}/_stcore/health", 5.0)
            assert wait_until(ready, START_SECONDS_MAX), streamlit.last_words()
            assert wait_until(lambda: reached(ports["tls"]), 10), (folder / "error.log").read_text("utf-8")
            yield site
        finally:
            nginx.stop()
            streamlit.stop()


def reached(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_the_example_is_well_formed(site: Site) -> None:
    checked = subprocess.run(
        [str(NGINX), "-t", "-p", site.folder, "-e", "stderr", "-c", site.folder / "nginx.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0
    assert "warn" not in checked.stderr, checked.stderr


@pytest.mark.parametrize("path", ["/livez", "/v1/things", "/portal/hackathons", "/nothing", "/status"])
def test_answers_come_whole_and_say_once_how_to_treat_them(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code in {200, 404}
    for name in ("strict-transport-security", "content-security-policy", "x-content-type-options"):
        assert len(answer.headers.get_list(name)) == 1, name
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert not re.search(r"\d", answer.headers.get("server", ""))


def test_figures_are_not_for_readers(site: Site) -> None:
    assert httpx.get(f"{site.api}/metrics", trust_env=False).status_code == 200, "of this machine itself"
    for path in ("/metrics", "//metrics", "/metrics/", "/%6detrics", "/./metrics"):
        assert site.get(path).status_code in {307, 400, 404}, path
    # Also where a proxy would let it through: who asks is no longer this machine.
    assert (
        httpx.get(
            f"{site.api}/metrics", headers={"x-forwarded-for": "192.0.2.9"}, trust_env=False
        ).status_code
        == 404
    )
    assert site.get("/_stcore/metrics", DASHBOARDS).status_code == 404


def test_who_asks_cannot_say_where_they_come_from(site: Site) -> None:
    stranger = httpx.get(f"{site.api}/v1/things", headers={"x-forwarded-for": "192.0.2.9"}, trust_env=False)
    assert [name for name in stranger.headers if name.startswith("ratelimit")], "strangers have limits"
    said = site.get("/v1/things", **{"x-forwarded-for": "192.0.2.9", "forwarded": "for=192.0.2.9"})
    assert not [name for name in said.headers if name.startswith("ratelimit")], "this machine has none"


def test_without_tls_there_is_nothing_but_the_way_to_it(site: Site) -> None:
    plain, host = f"http://127.0.0.1:{site.plain_port}", {"host": HUB}
    moved = httpx.get(f"{plain}/portal?lang=ar", headers=host, trust_env=False)
    assert (moved.status_code, moved.headers["location"]) == (301, f"https://{HUB}/portal?lang=ar")
    assert httpx.get(f"{plain}/v1/things", headers=host, trust_env=False).status_code == 403
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(plain, headers={"host": "elsewhere.example"}, trust_env=False)
    with pytest.raises(httpx.ConnectError), site.client() as client:
        client.get("/livez", extensions={"sni_hostname": "elsewhere.example"})


def test_a_live_stream_is_passed_on_as_it_comes(site: Site) -> None:
    with (
        site.client() as client,
        client.stream("GET", "/v1/stream", extensions={"sni_hostname": HUB}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert next(answer.iter_raw()), "something before the stream ends"


def test_large_files_reach_the_hub_and_larger_ones_do_not(site: Site) -> None:
    with site.client() as client:
        answer = client.post("/portal/account/sign-in", content=b"a=" + b"x" * 3_000_000,
                             headers={"content-type": "application/x-www-form-urlencoded"},
                             extensions={"sni_hostname": HUB})  # fmt: skip
        assert answer.status_code >= 400
        assert "content-security-policy" in answer.headers, "it is the hub that refuses"
    trusted = ssl.create_default_context(cafile=site.folder / "tls" / "ca.crt")
    with (
        socket.create_connection(("127.0.0.1", site.port), 30) as bare,
        trusted.wrap_socket(bare, server_hostname=HUB) as connection,
    ):
        connection.sendall(
            f"POST /portal HTTP/1.1\r\nHost: {HUB}\r\nContent-Length: 3000000000\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


@needs_chromium
def test_the_dashboards_come_by_tls_with_cookies_of_their_host(site: Site) -> None:
    from playwright.sync_api import sync_playwright

    words, complaints, sockets = Words("ar"), [], []
    rules = f"--host-resolver-rules=MAP {HUB}:443 127.0.0.1:{site.port}, MAP {DASHBOARDS}:443 127.0.0.1:{site.port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, rules])
        context = chromium.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.on("websocket", lambda opened: sockets.append(opened.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"https://{DASHBOARDS}/?lang=ar", timeout=WAIT_MS)
        page.get_by_text(words("overview.question"), exact=False).first.wait_for(timeout=WAIT_MS)
        page.locator(".falaj-answer").wait_for(timeout=WAIT_MS)
        cookies = {one["name"]: one for one in context.cookies()}
        token = page.evaluate(r"document.cookie.match('\\b_streamlit_xsrf=([^;]*)\\b')?.[1]")
        chromium.close()
    assert sockets == [f"wss://{DASHBOARDS}/_stcore/stream"]
    assert "__Host-_streamlit_xsrf" in cookies
    for name, one in cookies.items():
        assert (name[:7], one["secure"], one["path"], one["domain"]) == ("__Host-", True, "/", DASHBOARDS), (
            name
        )
    assert token, "the page's own script finds it"
    assert complaints == []


def test_many_who_say_nothing_do_not_keep_others_out(site: Site) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    idle: list[socket.socket] = []
    try:
        idle.extend(socket.create_connection(("127.0.0.1", site.port), 10) for _ in range(IDLE_CONNECTIONS))
        answered = [site.get("/livez").status_code for _ in range(5)]
        started = time.monotonic()
        assert answered == [200] * 5
        # Who says nothing for client_header_timeout is let go of.
        idle[0].settimeout(40)
        assert idle[0].recv(1) == b""
        assert time.monotonic() - started < 40
    finally:
        for one in idle:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
