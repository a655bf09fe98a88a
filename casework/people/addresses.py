"""E-mail addresses: checked by their form alone, never by asking the network."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from ipaddress import IPv6Address, ip_address, ip_network

from casework.people.errors import InvalidAddress
from casework.people.model import Address

ADDRESS_CHARACTERS_MAX = 254
#: An address of version 6 is one of so many that its owner has; the network is who it is.
_PREFIX = {4: 32, 6: 64}
#: What is stored beside a session is coarser.
_STORED_PREFIX = {4: 24, 6: 48}


def parse_address(text: str) -> Address:
    """The address, its domain in lower case and in its own script; :class:`InvalidAddress`.

    Addresses that differ in case alone are one: no provider of mail tells them apart.
    """
    from email_validator import EmailNotValidError, validate_email

    stripped = text.strip()
    if len(stripped) > ADDRESS_CHARACTERS_MAX:
        raise InvalidAddress
    try:
        checked = validate_email(stripped, check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidAddress from error
    return Address(checked.normalized, unicodedata.normalize("NFC", checked.normalized.casefold()))


def parse_domain(text: str) -> str:
    """The domain of addresses like ``someone@domain``, as keys of addresses have it; :class:`InvalidAddress`."""
    return parse_address(f"someone@{text.strip().removeprefix('@')}").domain


@cache
def public_mail_domains() -> frozenset[str]:
    """Domains where anybody gets an address: having one says nothing about where a person belongs."""
    return _lines("casework.people", "public_mail_domains.txt")


def is_public_mail(domain: str) -> bool:
    """Whether the domain, or one above it, gives addresses to anybody."""
    labels = domain.casefold().split(".")
    return any(".".join(labels[start:]) in public_mail_domains() for start in range(len(labels) - 1))


def is_shared_suffix(domain: str) -> bool:
    """Whether many organisations have their domains below it, such as gov.om."""
    return domain in _lines("hackathon.contest.judging", "shared_suffixes.txt")


@cache
def _lines(package: str, file: str) -> frozenset[str]:
    text = (files(package) / file).read_text("utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and line[0] != "#")


def network_of(address: str, *, stored: bool = False) -> str:
    """The network that counts as one visitor, or the coarser one that is ``stored``; "" if it is none."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    prefix = (_STORED_PREFIX if stored else _PREFIX)[known.version]
    return str(ip_network((known, prefix), strict=False))
