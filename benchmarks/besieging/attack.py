"""Who wants the hub to answer nobody else: a process of its own, from addresses of its own, until its input ends.

Each attempt is begun again as soon as it is over, so that all of them are there for as long as anybody measures. Nothing is
waited for that an attacker would not wait for.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from benchmarks.besieging.heavy_files import crowded_archive, heavy_document, roomy_archive

SIGN_INS, ARCHIVES, EXPORTS, STREAMS, IDLE, DOCS = 20, 8, 4, 560, 1_100, 8
#: Whoever attacks has several addresses: no single one may hold what these ask for.
STREAM_ADDRESSES, IDLE_ADDRESSES = 3, 5
DOCUMENT_OBJECTS: Final = 30_000_000
#: An archive that is just allowed, and one that says that it holds a million files.
UNPACKED_BYTES: Final = 240_000_000
ARCHIVE_ENTRIES: Final = 1_000_000
CONNECT_SECONDS_MAX, ANSWER_SECONDS_MAX, PAUSE_SECONDS = 10.0, 120.0, 0.2
#: Who reads slowly takes so many bytes each time, and waits so long in between.
SLOW_BUFFER_BYTES, TRICKLE_BYTES, TRICKLE_SECONDS = 4_096, 512, 1.0
_TOKEN = re.compile(rb'name="form_token" value="([^"]+)"')
_FILE = re.compile(rb"/files/([0-9a-f-]{36})")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@dataclass
class Attack:
    """What is known of the hub, and what came of every attempt: how often which status, by kind."""

    port: int
    #: Cookies of accounts that may hand in files, with the token of their forms.
    accounts: list[tuple[str, str]]
    submission: str
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def ask(self, source: str, method: str, path: str, headers: str = "", body: bytes = b"") -> bytes:
        """The whole answer; empty if there is none."""
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0)), CONNECT_SECONDS_MAX
        )
        try:
            size = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{size}{headers}Connection: close\r\n\r\n"
            writer.write(head.encode() + body)
            return await asyncio.wait_for(reader.read(-1), ANSWER_SECONDS_MAX)
        finally:
            writer.transport.abort()

    async def again(self, kind: str, attempt: Callable[[int], Awaitable[bytes]]) -> None:
        """For ever; an attempt that fails is one, too."""
        for number in count():
            try:
                answer = await attempt(number)
                status = _STATUS.match(answer)
                self.outcomes[kind, status[1].decode() if status else "cut off"] += 1
            except (OSError, TimeoutError) as error:
                self.outcomes[kind, type(error).__name__] += 1
                await asyncio.sleep(PAUSE_SECONDS)

    async def sign_in(self, place: int, number: int) -> bytes:
        """Somebody's account by a wrong password, each time of another network."""
        source = f"127.{10 + place}.{1 + number % 250}.1"
        page = await self.ask(source, "GET", "/portal/account/sign-in")
        cookies = "; ".join(re.findall(r"(?im)^set-cookie: ([^;\r\n]+)", page.decode("utf-8", "replace")))
        token = _TOKEN.search(page)
        if token is None:
            return page
        person = 1 + (place + SIGN_INS * number) % 2_000
        body = b"form_token=%b&email=p%d%%40mail-%d.example&password=Wrong-but-long-%d" % (
            token[1],
            person,
            person // 10,
            number,
        )
        headers = f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        return await self.ask(source, "POST", "/portal/account/sign-in", headers, body)

    async def upload(self, place: int, name: str, content: bytes) -> bytes:
        cookie, token = self.accounts[place % len(self.accounts)]
        field_of = b'--cut\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
        named = b'; filename="%b"\r\nContent-Type: application/octet-stream' % name.encode()
        body = field_of % (b"form_token", b"", token.encode()) + field_of % (b"file", named, content)
        headers = f"Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
        path = f"/portal/submissions/{self.submission}/files"
        return await self.ask(f"127.40.{place}.1", "POST", path, headers, body + b"--cut--\r\n")

    async def preview(self, file_id: str) -> bytes:
        path = f"/portal/submissions/{self.submission}/files/{file_id}?preview=1"
        return await self.ask("127.50.1.1", "GET", path, f"Cookie: {self.accounts[0][0]}\r\n")

    async def find_document(self) -> str:
        """The heavy document, handed in as anybody would."""
        sent = await self.upload(0, "plan.pdf", heavy_document(DOCUMENT_OBJECTS))
        page = await self.ask(
            "127.50.1.1",
            "GET",
            f"/portal/submissions/{self.submission}",
            f"Cookie: {self.accounts[0][0]}\r\n",
        )
        found = _FILE.search(page)
        assert found is not None, sent[:2_000]
        return found[1].decode()

    async def read_slowly(self, source: str, path: str) -> bytes:
        """Through a small window, until it is cut off."""
        loop, first = asyncio.get_running_loop(), b""
        with socket.socket() as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER_BYTES)
            reader.bind((source, 0))
            reader.setblocking(False)
            await asyncio.wait_for(loop.sock_connect(reader, ("127.0.0.1", self.port)), CONNECT_SECONDS_MAX)
            await loop.sock_sendall(reader, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            while piece := await loop.sock_recv(reader, TRICKLE_BYTES):
                first = first or piece
                await asyncio.sleep(TRICKLE_SECONDS)
        return first

    async def hold(self, source: str, request: bytes) -> bytes:
        """A connection that stays for as long as it is left, and takes what comes."""
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0)), CONNECT_SECONDS_MAX
        )
        first = b""
        try:
            writer.write(request)
            while piece := await reader.read(65_536):
                first = first or piece
        finally:
            writer.transport.abort()
        await asyncio.sleep(PAUSE_SECONDS)
        return first

    async def go(self, kinds: frozenset[str]) -> None:
        """All of ``kinds`` at once, until this is cancelled."""
        tasks: list[Awaitable[None]] = []

        def add(kind: str, attempts: int, attempt: Callable[[int, int], Awaitable[bytes]]) -> None:
            if kind in kinds:
                tasks.extend(
                    self.again(kind, lambda number, place=place: attempt(place, number))  # type: ignore[misc]
                    for place in range(attempts)
                )

        archives = roomy_archive(UNPACKED_BYTES), crowded_archive(ARCHIVE_ENTRIES)
        document = await self.find_document() if "document" in kinds else ""
        export = "/v1/observations?observed_property=pm2_5&f=csv"
        stream = b"GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        add("sign_ins", SIGN_INS, self.sign_in)
        add("archives", ARCHIVES, lambda place, _: self.upload(place, "data.zip", archives[place % 2]))
        add("exports", EXPORTS, lambda place, _: self.read_slowly(f"127.41.{place}.1", export))
        add("streams", STREAMS, lambda place, _: self.hold(f"127.42.{place % STREAM_ADDRESSES}.1", stream))
        add("idle", IDLE, lambda place, _: self.hold(f"127.43.{place % IDLE_ADDRESSES}.1", b""))
        add("docs", DOCS, lambda place, _: self.ask(f"127.44.{place}.1", "GET", "/docs"))
        add("document", 1, lambda _place, _number: self.preview(document))
        await asyncio.gather(*tasks)


async def _attack(asked: dict[str, Any]) -> None:
    attack = Attack(asked["port"], [tuple(one) for one in asked["accounts"]], asked["submission"])
    going = asyncio.create_task(attack.go(frozenset(asked["kinds"])))
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait({going, over}, return_when=asyncio.FIRST_COMPLETED)
    if going.done():
        going.result()
    going.cancel()
    told = {f"{kind} {outcome}": number for (kind, outcome), number in sorted(attack.outcomes.items())}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(_attack(json.loads(sys.argv[1])))
