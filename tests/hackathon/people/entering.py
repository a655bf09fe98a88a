"""What the portal does in three steps, with a connection in the first and the last, done in one."""

from __future__ import annotations

from casework.access.model import ANONYMOUS
from casework.people import credentials, signing_in
from casework.people import sign_up as signing_up
from casework.people.addresses import parse_address
from casework.people.model import Names, SignUp, Visitor
from casework.people.sessions import service as sessions
from casework.people.sessions.model import NewSession, Signed
from casework.programme import Programme
from citycore.language import Language


def sign_up(programme: Programme, email: str, names: Names, language: Language, visitor: Visitor) -> None:
    signing_up.sign_up(programme, SignUp(parse_address(email), names, language), visitor)


def resume(programme: Programme, token: str) -> Signed:
    return programme.call(ANONYMOUS, sessions.resume, token)


def sign_in(
    programme: Programme, email: str, password: str, visitor: Visitor, previous: str | None = None
) -> NewSession:
    proof = signing_in.prove(programme, signing_in.claim(programme, email, visitor), password)
    return programme.call(ANONYMOUS, signing_in.enter, proof, visitor, previous)


def finish_sign_up(programme: Programme, token: str, password: str, visitor: Visitor) -> NewSession:
    wish = signing_up.come_to_confirm(programme, token, visitor)
    hashed = signing_up.hash_first(programme, wish, password)
    return programme.call(ANONYMOUS, signing_up.finish_sign_up, token, hashed, visitor)


def set_password(programme: Programme, token: str, password: str, visitor: Visitor) -> NewSession:
    person = credentials.come_for_password(programme, token, visitor)
    hashed = credentials.hash_for(programme, person, password)
    return programme.call(ANONYMOUS, credentials.set_password, token, hashed, visitor)


def prove_own(programme: Programme, signed: Signed, password: str, visitor: Visitor) -> signing_in.Proof:
    return signing_in.prove_own(programme, signing_in.claim_own(programme, signed, visitor), password)


def change_password(
    programme: Programme, signed: Signed, current: str, password: str, visitor: Visitor
) -> None:
    proof = prove_own(programme, signed, current, visitor)
    hashed = credentials.hash_changed(programme, signed, proof, password)
    credentials.change_password(programme, signed, proof, hashed)


def ask_for_email(programme: Programme, signed: Signed, password: str, email: str, visitor: Visitor) -> None:
    proof = prove_own(programme, signed, password, visitor)
    credentials.ask_for_email(programme, signed, proof, email, visitor)


def ask_for_password(programme: Programme, email: str, visitor: Visitor) -> None:
    address = credentials.come_for_link(programme, email, visitor)
    programme.call(ANONYMOUS, credentials.ask_for_password, address)
