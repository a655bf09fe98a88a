"""Conflicts of interest from facts, each with its reasons.

A conflict takes more than the vote: who is in one must not read, score, be offered, or count what it
is about. :meth:`Conflicts.visible_to` is what every list, search and sum starts from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Final, TypeAlias

from casework.people.addresses import is_public_mail
from hackathon.contest.judging.model import JudgeId, Pair, SubmissionId

PersonId: TypeAlias = str
OrganisationId: TypeAlias = str

#: Having worked together longer ago than this no longer counts.
TOGETHER_YEARS: Final = 3
#: Addresses whose domain is remembered: those of one large hackathon.
DOMAINS_KEPT_MAX: Final = 4096


class Reason(StrEnum):
    """Why somebody is in conflict with a submission."""

    DECLARED = "declared"
    SAME_ORGANISATION = "same_organisation"
    SAME_MAIL_DOMAIN = "same_mail_domain"
    TEAM_MEMBER = "team_member"
    MENTOR = "mentor"
    CHALLENGE_OWNER = "challenge_owner"
    CHALLENGE_SPONSOR = "challenge_sponsor"
    TOGETHER_BEFORE = "together_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """``id`` is the same for a judge and a team member, so that nobody judges themselves."""

    id: PersonId
    organisations: frozenset[OrganisationId] = frozenset()
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """Who has to do with a submission, and with the challenge that it answers."""

    submission: SubmissionId
    members: tuple[Person, ...]
    mentors: frozenset[PersonId] = frozenset()
    challenge_owners: frozenset[OrganisationId] = frozenset()
    challenge_sponsors: frozenset[OrganisationId | PersonId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A judge names a submission, a person or an organisation that they are close to, family for example."""

    judge: JudgeId
    about: SubmissionId | PersonId | OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's time in a group: a team, or the applicants of one application. Half-open, in local days."""

    person: PersonId
    group: str
    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Pairs of a judge and a submission, with every reason."""

    reasons: Mapping[Pair, tuple[Reason, ...]] = field(default_factory=dict)

    @property
    def pairs(self) -> frozenset[Pair]:
        """What an assignment takes."""
        return frozenset(self.reasons)

    def between(self, judge: JudgeId, submission: SubmissionId) -> tuple[Reason, ...]:
        return self.reasons.get((judge, submission), ())

    def visible_to(self, judge: JudgeId, submissions: Iterable[SubmissionId]) -> list[SubmissionId]:
        """What this judge may know of, counts included: the rest does not exist for them."""
        return [submission for submission in submissions if (judge, submission) not in self.reasons]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that conflicts are found in; ``on`` is the day from which years are counted back."""

    judges: Sequence[Person]
    stakes: Sequence[Stakes]
    declarations: Collection[Declaration] = ()
    memberships: Collection[Membership] = ()
    on: date
    together_years: int = TOGETHER_YEARS
    #: Judges and submissions that could be in conflict, where somebody knows that the others are not.
    pairs: Collection[Pair] | None = None


def conflicts_of(facts: Facts) -> Conflicts:
    """All conflicts of the judges with the submissions."""
    declared: defaultdict[JudgeId, set[str]] = defaultdict(set)
    for declaration in facts.declarations:
        declared[declaration.judge].add(declaration.about)
    companions = _companions(facts)
    found = {
        (judge.id, stakes.submission): tuple(
            _reasons(judge, stakes, declared[judge.id], companions.get(judge.id, frozenset()))
        )
        for judge, stakes in _looked_at(facts)
    }
    return Conflicts({pair: reasons for pair, reasons in found.items() if reasons})


def _looked_at(facts: Facts) -> Iterable[tuple[Person, Stakes]]:
    if facts.pairs is None:
        return product(facts.judges, facts.stakes)
    judges = {judge.id: judge for judge in facts.judges}
    stakes = {one.submission: one for one in facts.stakes}
    return ((judges[judge], stakes[submission]) for judge, submission in facts.pairs)


def _reasons(
    judge: Person, stakes: Stakes, declared: Collection[str], companions: Collection[PersonId]
) -> Iterator[Reason]:
    people = {member.id for member in stakes.members}
    organisations = {name for member in stakes.members for name in member.organisations}
    if not {stakes.submission, *people, *stakes.mentors, *organisations}.isdisjoint(declared):
        yield Reason.DECLARED
    if not judge.organisations.isdisjoint(organisations):
        yield Reason.SAME_ORGANISATION
    if any(same_mail_organisation(judge.mail, member.mail) for member in stakes.members):
        yield Reason.SAME_MAIL_DOMAIN
    if judge.id in people:
        yield Reason.TEAM_MEMBER
    if judge.id in stakes.mentors:
        yield Reason.MENTOR
    if not judge.organisations.isdisjoint(stakes.challenge_owners):
        yield Reason.CHALLENGE_OWNER
    if not {judge.id, *judge.organisations}.isdisjoint(stakes.challenge_sponsors):
        yield Reason.CHALLENGE_SPONSOR
    if not people.isdisjoint(companions):
        yield Reason.TOGETHER_BEFORE


def same_mail_organisation(one: str, other: str) -> bool:
    """Whether two addresses belong to one domain, or to one below the other, that is not for everybody."""
    first, second = organisation_domain(one), organisation_domain(other)
    if first is None or second is None:
        return False
    shorter, longer = sorted((first, second), key=len)
    return longer == shorter or longer.endswith(f".{shorter}")


@lru_cache(maxsize=DOMAINS_KEPT_MAX)
def organisation_domain(mail: str) -> str | None:
    """The domain of an address, in the letters that name servers use; None if it says nothing."""
    domain = mail.rpartition("@")[2].strip().rstrip(".").casefold()
    if "@" not in mail or "." not in domain or is_public_mail(domain) or domain in _shared_suffixes():
        return None
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None


@cache
def _shared_suffixes() -> frozenset[str]:
    text = (files("hackathon.contest.judging") / "shared_suffixes.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def _companions(facts: Facts) -> Mapping[PersonId, set[PersonId]]:
    """With whom each judge was in one group at one time, within the years that count."""
    since = _years_before(facts.on, facts.together_years)
    groups: defaultdict[str, list[Membership]] = defaultdict(list)
    for membership in facts.memberships:
        groups[membership.group].append(membership)
    judges = {judge.id for judge in facts.judges}
    companions: defaultdict[PersonId, set[PersonId]] = defaultdict(set)
    for members in groups.values():
        for one in members:
            if one.person in judges:
                companions[one.person].update(
                    other.person
                    for other in members
                    if other.person != one.person and _met(one, other, since)
                )
    return companions


def _met(one: Membership, other: Membership, since: date) -> bool:
    """Whether two memberships of a group overlap on some day that counts."""
    begin = max(one.began_on, other.began_on, since)
    return begin < min(one.ended_on or date.max, other.ended_on or date.max)


def _years_before(day: date, years: int) -> date:
    """The same day some years earlier; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
