"""The texts about the hub: what was written at the desk, the operator's files, or what comes with it, in Markdown without HTML."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from markdown_it import MarkdownIt

from citycore.language import Language
from hub_api.serving.operator.settings import OperatorSettings
from hub_api.serving.texts import TEXTS

#: In the order of the foot of each page.
PAGES: Final = ("about", "help", "contact", "privacy", "accessibility", "terms")
#: Bodies of pages that are kept as they were rendered: all in both languages, and previews beside them.
TEXTS_KEPT: Final = 32


def html_of(name: str, language: Language, settings: OperatorSettings) -> str:
    """The body of a page as it comes with the hub, or out of the operator's folder."""
    return rendered(shipped(name, language, settings), language, settings)


@lru_cache(TEXTS_KEPT)
def rendered(text: str, language: Language, settings: OperatorSettings) -> str:
    """The HTML of a text in Markdown, with what it names filled in; HTML in it is text."""
    for field, value in _fields(language, settings).items():
        text = text.replace(f"{{{field}}}", value)
    return str(MarkdownIt("commonmark", {"html": False}).render(text))


def check_texts(settings: OperatorSettings) -> None:
    """What the operator gave can be read: asked when the hub starts, so that no page fails later."""
    for name in PAGES:
        for language in ("ar", "en"):
            html_of(name, language, settings)


@cache
def shipped(name: str, language: Language, settings: OperatorSettings) -> str:
    """The text that comes with the hub, or stands in the operator's folder; read once a process. ``ValueError`` for one above
    ``text_bytes_max``.
    """
    file = f"{name}.{language}.md"
    if settings.texts_folder is not None and (settings.texts_folder / file).is_file():
        found = (settings.texts_folder / file).read_bytes()
        if len(found) > settings.text_bytes_max:
            raise ValueError(f"{file}: more than FALAJ_OPERATOR_TEXT_BYTES_MAX")
        return found.decode("utf-8")
    return (files("hub_api.serving.operator") / "texts" / file).read_text("utf-8")


def comes_with_the_hub(name: str, settings: OperatorSettings) -> bool:
    """Whether the operator has no file of this page, in either language."""
    folder = settings.texts_folder
    return folder is None or not any(
        (folder / f"{name}.{language}.md").is_file() for language in ("ar", "en")
    )


def security_text(settings: OperatorSettings, address: str, at: datetime) -> str | None:
    """``security.txt`` (RFC 9116) as it holds at an instant; ``address`` is its own. None where nobody is to be told."""
    if not settings.security_contacts:
        return None
    # By the day, so that caches keep it.
    expires = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=settings.security_days
    )
    lines = [f"Contact: {one}" for one in settings.security_contacts]
    lines += [
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ar, en",
        f"Canonical: {address}",
    ]
    if settings.security_policy:
        lines.append(f"Policy: {settings.security_policy}")
    return "\n".join([*lines, ""])


def _fields(language: Language, settings: OperatorSettings) -> dict[str, str]:
    ways = [
        f"<{settings.contact_email}>" if settings.contact_email else "",
        f"`{settings.contact_phone}`" if settings.contact_phone else "",
        f"<{settings.website}>" if settings.website else "",
    ]
    known = [f"- {way}" for way in ways if way]
    return {
        "operator": settings.name(language) or TEXTS.text("operator.nobody", language),
        "contact": "\n".join(known) or TEXTS.text("operator.no_contact", language),
    }
