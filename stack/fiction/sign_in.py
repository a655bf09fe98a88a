"""Whom a visitor of the demo can be, with passwords that every data folder has of its own."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple

#: What each is in the story, by what they are to a visitor.
VISITORS = {
    "administrator": "administrator@falaj.example",
    "organiser": "organiser@falaj.example",
    "coordinator": "coordinator@falaj.example",
    "officer": "municipality@baladiya.example",
    "judge": "judge-1@jury-1.example",
    "captain": "captain-1@team-1.example",
    "ambassador": "ambassador-1@ambassador-1.example",
    "programme_officer": "programme@falaj.example",
    "finance_officer": "finance@falaj.example",
    "reviewer": "reviewer-1@review-1.example",
    "applicant": "researcher-1@jamia.example",
    "vendor": "vendor-1@sensing.example",
    "handler": "handler-1@baladiya.example",
    "facilitator": "facilitator@falaj.example",
    "moderator": "moderator@falaj.example",
    "duty_officer": "duty@falaj.example",
}


class SignIn(NamedTuple):
    role: str
    email: str
    password: str


def new_password() -> str:
    return secrets.token_urlsafe(15)


def sign_in_file(folder: Path) -> Path:
    return folder / "sign-in.json"


def prepare_sign_in(folder: Path) -> None:
    """Choose passwords before the story is told, once a folder; readable for its owner only."""
    file = sign_in_file(folder)
    if file.exists():
        return
    known = [SignIn(role, email, new_password())._asdict() for role, email in VISITORS.items()]
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(known, stream, indent=1)


def read_sign_in(folder: Path) -> list[SignIn]:
    """Everybody with a password here; nobody where no story was told."""
    file = sign_in_file(folder)
    if not file.exists():
        return []
    return [SignIn(**one) for one in json.loads(file.read_text("utf-8"))]
