"""Browsers as people know them: what a browser says of itself is written for servers."""

from __future__ import annotations

from citycore.language import Language
from hub_api.programme.kit.rendering import WORDS

#: What stands in a browser's own words, and its name. Most also name those that they are like, so the order matters.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_text(device: str, language: Language) -> str:
    """Such as "Firefox on Windows"; what is not known as it calls itself, "Unknown browser" for nothing."""
    browser = next((name for sign, name in BROWSERS if sign in device), None)
    system = next((name for sign, name in SYSTEMS if sign in device), None)
    if browser is None:
        return device or WORDS.text("profile.unknown_browser", language)
    if system is None:
        return browser
    return WORDS.text("profile.browser_on", language, browser=browser, system=system)
