"""A browser without scripts that draws nothing: a tenth of the price of a real one.

It answers to what the plays use of Playwright, so that the same play runs in either. It is as strict: what is not
on the page, is folded away, is switched off or would not be sent fails. ``test_reader.py`` compares the two.
"""

from __future__ import annotations

import re
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urldefrag, urlencode, urljoin, urlsplit

import httpx

from tests.hub_api.portal.controls import (
    SPACES,
    Element,
    Page,
    content_of,
    is_seen,
    kind_of,
    name_of,
    source_of,
    summary_of,
    text_of,
    words_of,
)
from tests.hub_api.portal.parts import Upload, in_parts

#: Of browsers, when somebody follows a link or sends a form.
NAVIGATION = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-User": "?1",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": "Reader",
}
ROLES = {"link": "a[href], [role='link']", "button": "button, [role='button']"}


class Readers:
    """Opens windows, each of somebody with cookies of their own."""

    def __init__(self) -> None:
        self._contexts: list[Context] = []

    def new_context(self, **options: Any) -> Context:
        """The size of the window changes nothing here."""
        assert options.pop("java_script_enabled", False) is False, "it runs no scripts"
        assert options.keys() <= {"viewport"}, options
        self._contexts.append(Context())
        return self._contexts[-1]

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def new_page(self, **options: Any) -> Window:
        return self.new_context(**options).new_page()


class Context:
    """Somebody's cookies."""

    def __init__(self) -> None:
        self.client = httpx.Client(timeout=60, headers=NAVIGATION)

    def new_page(self) -> Window:
        return Window(self)

    def close(self) -> None:
        self.client.close()

    def cookies(self) -> list[dict[str, Any]]:
        return [
            {"name": one.name, "value": one.value, "domain": one.domain, "path": one.path, "httpOnly": True}
            for one in self.client.cookies.jar
        ]

    def add_cookies(self, cookies: list[dict[str, Any]]) -> None:
        for one in cookies:
            domain = one.get("domain") or urlsplit(one["url"]).hostname
            self.client.cookies.set(one["name"], one["value"], domain=domain, path=one.get("path", "/"))

    def clear_cookies(self) -> None:
        self.client.cookies.clear()

    @property
    def request(self) -> Self:
        """What lies at an address, without going there."""
        return self

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        more = {"Sec-Fetch-Site": "same-origin"} | (headers or {})
        return Answer(self.client.get(url, headers=more, follow_redirects=True))


@dataclass(frozen=True, slots=True)
class Answer:
    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.response.headers)

    def body(self) -> bytes:
        return self.response.content

    def json(self) -> Any:
        return self.response.json()


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a link led to."""

    suggested_filename: str
    content: bytes

    def path(self) -> Path:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(self.content)
        return Path(file.name)


class Awaited:
    """A block that must bring something: a page or a file, given as ``value`` after it."""

    def __init__(self, look: Callable[[], Any]) -> None:
        self._look, self._before = look, look()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            assert self._look() is not self._before, "nothing came"

    @property
    def value(self) -> Any:
        return self._look()


class Window:
    """What somebody looks at, and how they go on from there."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.shown = Page("<html></html>", "about:blank")
        self.answer: httpx.Response | None = None
        self._file: Download | None = None
        self._takes_files = False

    @property
    def url(self) -> str:
        return self.shown.url

    def goto(self, url: str) -> Answer:
        """As if typed, or out of a mail."""
        return self._go("GET", url, site="none")

    def reload(self) -> Answer:
        assert self.answer is not None
        assert self.answer.request.method == "GET", "a browser would ask whether to send it once more"
        return self._go("GET", self.url, site="same-origin")

    def content(self) -> str:
        return self.shown.as_it_is()

    def title(self) -> str:
        return content_of(self.shown.select("head title")[0])

    def close(self) -> None:
        self.context.close()

    def expect_navigation(self, **_: Any) -> Awaited:
        return Awaited(lambda: self.shown)

    @contextmanager
    def expect_download(self) -> Iterator[Awaited]:
        self._takes_files = True
        try:
            with Awaited(lambda: self._file) as waiting:
                yield waiting
        finally:
            self._takes_files = False

    def locator(self, css: str, has_text: str | None = None) -> Place:
        return Place(self, lambda: self.shown.elements[:1]).locator(css, has_text)

    def get_by_role(self, role: str, name: str | None = None, *, exact: bool = False) -> Place:
        return self.locator("html").get_by_role(role, name, exact=exact)

    def follow(self, link: Element) -> None:
        """Where a link leads: a page, a place of this page, or a file."""
        address = urljoin(self.url, link.get("href"))
        if link.get("download") is not None and address.startswith("data:"):
            head, _, data = address.partition(",")
            content = b64decode(data) if head.endswith(";base64") else unquote(data).encode()
            self._keep(Download(link.get("download"), content))
        elif urldefrag(address).url != urldefrag(self.url).url or "#" not in address:
            self._go("GET", address, site="same-origin")

    def send(self, button: Element) -> None:
        """A form, as the button has it."""
        page = self.shown
        form = page.owner(button)
        assert form is not None, f"{words_of(button)} belongs to no form"
        if form.get("novalidate") is None and button.get("formnovalidate") is None:
            assert page.complaints(form) == [], f"a browser would not send {words_of(form)}"
        address = urljoin(page.url, button.get("formaction") or form.get("action") or page.url)
        entries = list(page.entries(form, button))
        method = (button.get("formmethod") or form.get("method") or "get").lower()
        if method == "get":
            plain = [(name, one.name if isinstance(one, Upload) else one) for name, one in entries]
            self._go("GET", f"{address.partition('?')[0]}?{urlencode(plain)}", site="same-origin")
            return
        assert method == "post", method
        encoding = button.get("formenctype") or form.get("enctype") or "application/x-www-form-urlencoded"
        if encoding == "multipart/form-data":
            media_type, body = in_parts(entries)
        else:
            assert not any(isinstance(one, Upload) and one.name for _, one in entries), "no way for a file"
            plain = [(name, one.name if isinstance(one, Upload) else one) for name, one in entries]
            media_type, body = encoding, urlencode(plain).encode()
        headers = {"Origin": origin(page.url), "Content-Type": media_type}
        self._go("POST", address, site="same-origin", content=body, headers=headers)

    def _go(self, method: str, url: str, *, site: str, **options: Any) -> Answer:
        headers = {"Sec-Fetch-Site": site}
        if site == "same-origin":
            assert origin(url) == origin(self.url), f"{url} is not the hub's"
            headers["Referer"] = urldefrag(self.url).url
        answer = self.context.client.request(
            method, url, headers=headers | options.pop("headers", {}), **options
        )
        while answer.next_request is not None:
            assert answer.status_code in {302, 303}, "these go on with GET, and without what was sent"
            next_url = answer.next_request.url.copy_with(fragment=answer.next_request.url.fragment or None)
            answer = self.context.client.get(next_url, headers=headers)
        disposition = answer.headers.get("content-disposition", "")
        if disposition.startswith("attachment"):
            found = re.search(r"filename\*=UTF-8''([^;]+)", disposition, re.IGNORECASE) or re.search(
                r'filename="([^"]*)"', disposition
            )
            self._keep(Download(unquote(found.group(1)) if found else "", answer.content))
        else:
            fragment = answer.url.fragment or urlsplit(url).fragment
            target = str(answer.url.copy_with(fragment=None)) + (f"#{fragment}" if fragment else "")
            self.shown, self.answer = Page(answer.text or "<html></html>", target), answer
        return Answer(answer)

    def _keep(self, file: Download) -> None:
        assert self._takes_files, f"{file.suggested_filename} came, which nobody waits for"
        self._file = file


class Place:
    """What there is now of something on a page; whoever acts on it must mean one thing."""

    def __init__(self, window: Window, find: Callable[[], list[Element]]) -> None:
        self._window, self._find = window, find

    def _pick(self, choose: Callable[[list[Element]], list[Element]]) -> Place:
        return Place(self._window, lambda: choose(self._find()))

    @property
    def first(self) -> Place:
        return self.nth(0)

    def nth(self, number: int) -> Place:
        return self._pick(lambda found: found[number:][:1])

    def all(self) -> list[Place]:
        return [self.nth(number) for number in range(self.count())]

    def count(self) -> int:
        return len(self._find())

    def locator(self, css: str, has_text: str | None = None) -> Place:
        def within(scopes: list[Element]) -> list[Element]:
            found, whole = self._window.shown.select(css), self._window.shown.root
            if scopes == [whole]:
                return found
            return [one for one in found if any(above in scopes for above in one.iterancestors())]

        place = self._pick(within)
        return place if has_text is None else place.filter(has_text)

    def filter(self, has_text: str) -> Place:
        wanted = SPACES.sub(" ", has_text).strip().casefold()
        return self._pick(lambda found: [one for one in found if wanted in content_of(one).casefold()])

    def get_by_role(self, role: str, name: str | None = None, *, exact: bool = False) -> Place:
        def fits(one: Element) -> bool:
            if name is None or not is_seen(one):
                return is_seen(one)
            return name == name_of(one) if exact else name.casefold() in name_of(one).casefold()

        return self.locator(ROLES.get(role, f"[role='{role}']"))._pick(
            lambda found: [one for one in found if fits(one)]
        )

    def get_by_text(self, text: str) -> Place:
        """The innermost that has it."""
        wanted = SPACES.sub(" ", text).strip().casefold()

        def innermost(found: list[Element]) -> list[Element]:
            having = [one for one in found if wanted in content_of(one).casefold()]
            outer = {above for one in having for above in one.iterancestors()}
            return [one for one in having if one not in outer]

        return self.locator("*")._pick(innermost)

    @property
    def element(self) -> Element:
        found = self._find()
        assert len(found) == 1, (
            f"{len(found)} instead of one at {self._window.url}: {[words_of(one) for one in found]}"
        )
        return found[0]

    # What is read there

    def inner_text(self) -> str:
        return text_of(self.element)

    def all_inner_texts(self) -> list[str]:
        return [text_of(one) for one in self._find()]

    def inner_html(self) -> str:
        element = self.element
        return (element.text or "") + "".join(source_of(one) for one in element)

    def get_attribute(self, name: str) -> str | None:
        found: str | None = self.element.get(name)
        return found

    def input_value(self) -> str:
        return self._window.shown.value(self.element)

    def is_visible(self) -> bool:
        found = self._find()
        assert len(found) <= 1, [words_of(one) for one in found]
        return bool(found) and is_seen(found[0])

    def wait_for(self) -> None:
        assert self.is_visible(), "not on the page, which will not change by itself"

    # What is done there

    def fill(self, text: str) -> None:
        self._window.shown.fill(self.element, text)

    def check(self) -> None:
        self._window.shown.tick(self.element, is_on=True)

    def uncheck(self) -> None:
        self._window.shown.tick(self.element, is_on=False)

    def select_option(self, value: str | None = None, *, label: str | None = None) -> None:
        self._window.shown.choose(self.element, value, label)

    def set_input_files(self, files: Any) -> None:
        self._window.shown.attach(self.element, files)

    def click(self) -> None:
        element = self.element
        self._window.shown.assert_usable(element)
        if element.tag == "summary":
            details = element.getparent()
            assert summary_of(details) is element, words_of(element)
            self._window.shown.fold(details)
        elif element.tag == "a":
            self._window.follow(element)
        else:
            assert kind_of(element) == "submit", f"nothing happens at {words_of(element)}"
            self._window.send(element)


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
