"""The frame of the portal's pages: the look of all pages, with who is signed in, and never kept by a cache."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from casework.access.model import Actor, Role
from casework.governorates.model import Governorate
from casework.workflow.wording import Label, day_text, instant_text
from citycore.errors import FalajError
from citycore.language import LANGUAGES, Catalogue, Language
from citycore.unit_symbols import symbol_of
from hub_api.programme.kit.drafts import mark
from hub_api.programme.kit.errors import field_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.marks import label_of, public_label_of, public_mark, state_mark
from hub_api.programme.kit.office import MOUNT, Office
from hub_api.programme.kit.request import PortalRequest, came_from
from hub_api.programme.kit.shortcuts import menu_of
from hub_api.programme.kit.times import countdown, local
from hub_api.programme.kit.typed import Typed
from hub_api.serving.kinds import status_of
from hub_api.serving.pages.layout import SECURITY, render
from hub_api.serving.transport.safety import https_field
from programme.registry import NOUNS

_PACKAGE = "hub_api.programme"
HTTP_OK = 200
#: Rooms whose texts stand beside their templates, under a table of the room's own name.
ROOMS_WITH_TEXTS = tuple(
    sorted(
        f"{file.parts[-4]}.{file.parts[-3]}"
        for file in Path(__file__).parents[1].glob("*/*/messages/en.toml")
    )
)
WORDS = Catalogue("hub_api.programme.kit", *(f"{_PACKAGE}.{room}" for room in ROOMS_WITH_TEXTS))
POLICY = SECURITY["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
#: Of a page with our script, which saves what is typed at an address of ours.
SCRIPT = "; script-src 'self'; connect-src 'self'"
#: Rooms with a feed, in the order in which they are declared (``kit/feeds.py``).
FEEDS: list[str] = []
#: What files are measured in, largest first; what is smaller is told in bytes.
SIZE_UNITS = (("megabytes", 1_000_000), ("kilobytes", 1_000))
#: Who has work at the desks of funding: for the whole hub, or for some calls.
FUNDING = (Role.PROGRAMME_OFFICER, Role.FINANCE)
#: Who looks after people.
STAFF = (Role.ADMINISTRATOR, Role.COORDINATOR)


def render_page(  # noqa: PLR0913 (all but the request and the template by keyword)
    request: PortalRequest,
    template: str,
    *,
    title: str,
    here: str | None = None,
    refused: FalajError | None = None,
    refusal: str | None = None,
    status: int | None = None,
    **values: Any,
) -> Response:
    """A page of the portal in the visitor's language; ``refused`` is what stood against what was sent.

    ``refusal`` says it with the names of whom it is about, where the error itself knows only their ids. ``status``
    is that of a page which says that something else went wrong.
    """
    request.forget_notice()
    language = request.language
    body = render(
        request.http,
        f"programme/{template}",
        language,
        title=title,
        here=WITHIN.get(here or "", here),
        signed=request.signed,
        unread=request.unread,
        form_token=request.form_token,
        words_max=request.office.settings.workflow.words_characters_max,
        refused=refusal or (None if refused is None else refused.text(language)),
        status=status,
        refused_field=field_of(refused),
        notice=_notice(request),
        rooms=rooms_of(request),
        other_url=other_url(request.http, language),
        sharing=_sharing(request, status=status or (200 if refused is None else 400)),
        query=dict(request.http.query_params),
        countdown=lambda at: countdown(at, request.office.clock(), language),
        local=local,
        is_demo=request.office.settings.portal.is_demo,
        has_provider=request.office.settings.oidc.issuer is not None,
        typed_step=_typed(request, is_refused=refused is not None or status is not None),
        # What a page calls by such a name itself goes before.
        **{**words(language), **values},
    )
    shown = status or (200 if refused is None else status_of(refused))
    marked = mark(request, body, partial(_say, language), is_refused=refused is not None)
    has_script = marked.has_script or values.get("script") is not None
    fields = headers(request.office, language, has_script=has_script)
    return request.finish(HTMLResponse(marked.body, shown, headers=fields))


def _sharing(request: PortalRequest, *, status: int) -> dict[str, str]:
    """Where a page is for everybody, by language; nothing of one that is shown to somebody or says what went wrong."""
    if request.signed is not None or request.http.method != "GET" or status != HTTP_OK:
        return {}
    path = request.http.url.path.removeprefix(MOUNT)
    return {code: f"{request.office.url}{path}?lang={code}" for code in LANGUAGES}


def headers(office: Office, language: Language, *, has_script: bool = False) -> dict[str, str]:
    fields = {
        **SECURITY,
        "Content-Security-Policy": policy_of(office) + (SCRIPT if has_script else ""),
        "Cache-Control": "private, no-store",
        "Vary": "Cookie, Accept-Language",
        "Content-Language": language,
        "X-Frame-Options": "DENY",
    }
    if office.https_seconds:
        fields["Strict-Transport-Security"] = https_field(office.https_seconds)
    return fields


def policy_of(office: Office) -> str:
    """What our pages may do. Signing in on the dashboards begins there: a form of ours may lead back to them, and only there."""
    address = office.settings.sign_in.redirect_uri
    if address is None:
        return POLICY
    parts = urlsplit(address)
    return POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")


def words(language: Language) -> dict[str, Any]:
    """What templates say things with."""
    return {
        "say": partial(_say, language),
        "told": partial(_told, language),
        "instant": partial(_instant, language),
        "day": partial(_day, language),
        "unit_symbol": symbol_of,
        "size": partial(_size, language),
        "mount": MOUNT,
        "rooms_with_feeds": FEEDS,
        "state_mark": state_mark,
        "public_mark": public_mark,
        "label_of": label_of,
        "public_label_of": public_label_of,
        "governorate_label": lambda code: Governorate(code).label,
        "extension_label": lambda reason: Label("casework.workflow", f"extension.{reason}"),
        "parts_of": parts_of,
        "who": partial(who, language),
    }


def who(language: Language, roles: Iterable[Role]) -> str:
    """People with these roles as a group, each group once."""
    groups = dict.fromkeys(_say(language, f"outlook.who.{role}") for role in roles)
    return _say(language, "outlook.and").join(groups)


@cache
def parts_of(name: str) -> tuple[str, ...]:
    """Templates of this name beside the pages of nouns, in the order of the registry: what each adds to a page of another,
    such as ``of_team.html`` to a team's.
    """
    folder = Path(__file__).parents[1]
    places = (noun.package.partition(".")[2].replace(".", "/") for noun in NOUNS)
    return tuple(f"programme/{place}/{name}" for place in places if (folder / place / name).is_file())


PUBLIC_ROOMS = (
    ("home", ""),
    ("hackathons", "/hackathons"),
    ("calls", "/calls"),
    ("ambassadors", "/ambassadors"),
    ("marketplace", "/offerings"),
    ("participation", "/participation"),
    ("governorates", "/governorates"),
    ("organisations", "/organisations"),
)
#: Rooms within another, which is the one of the navigation.
WITHIN = dict.fromkeys(("voices", "surveys", "dialogue", "ideas", "decisions"), "participation")


def rooms_of(request: PortalRequest) -> list[tuple[str, str]]:
    """Where the visitor can go, in the order of the navigation."""
    rooms = list(PUBLIC_ROOMS)
    if request.signed is not None:
        rooms += menu_of(request.actor)
        rooms.append(("account", "/account"))
    if has_desk(request.actor):
        rooms.append(("desk", "/desk"))
    return rooms


def is_staff(actor: Actor) -> bool:
    return any(actor.has(role) for role in STAFF)


def has_desk(actor: Actor) -> bool:
    """Whether the desk has anything for the actor; what, its overview says."""
    return is_staff(actor) or any(grant.role in (*FUNDING, Role.DUTY_OFFICER) for grant in actor.grants)


def _typed(request: PortalRequest, *, is_refused: bool) -> Typed:
    """What was sent, if the page says that it was refused."""
    is_sent = is_refused and request.http.method == "POST"
    return Typed(request.typed if is_sent else Form(), request.http.url.path.removeprefix(MOUNT))


def _notice(request: PortalRequest) -> str | None:
    key = f"done.{request.notice}"
    return WORDS.text(key, request.language) if key in WORDS.texts[request.language] else None


def other_url(request: Request, language: Language) -> str:
    """The same page in the other language; after a form was sent, the page that it stood on."""
    other = "en" if language == "ar" else "ar"
    url = request.url
    if request.method == "POST":
        url = URL(came_from(request) or MOUNT)
    return str(url.include_query_params(lang=other).replace(scheme="", netloc=""))


def _say(language: Language, key: str, **fields: object) -> str:
    return WORDS.text(key, language, **fields)


def _told(language: Language, label: Label) -> str:
    return label.text(language)


def _size(language: Language, size_bytes: int) -> str:
    """How large a file is, in the largest unit of which it has at least one."""
    for unit, per_unit in SIZE_UNITS:
        if size_bytes >= per_unit:
            return WORDS.text(
                f"size.{unit}", language, number=f"{size_bytes / per_unit:.1f}".removesuffix(".0")
            )
    return WORDS.text("size.bytes", language, number=size_bytes)


def _day(language: Language, day: date) -> Markup:
    """A day, or that of an instant in the city."""
    return Markup('<bdi><time datetime="{}">{}</time></bdi>').format(day.isoformat(), day_text(day, language))


def _instant(language: Language, at: datetime) -> Markup:
    """In the city's time, readable for programs too, and in one piece beside text of the other direction."""
    return Markup('<bdi><time datetime="{}">{}</time></bdi>').format(
        at.isoformat(), instant_text(at, language)
    )
