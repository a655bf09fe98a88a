"""Conflicts of interest: each rule, its limits, and what a judge may still know of."""

from __future__ import annotations

from datetime import date

import pytest

from hackathon.contest.judging.conflicts import (
    Conflicts,
    Declaration,
    Facts,
    Membership,
    Person,
    Reason,
    Stakes,
    conflicts_of,
    same_mail_organisation,
)

ON = date(2026, 11, 25)
JUDGE = Person(id="judge", organisations=frozenset({"ministry"}), mail="judge@example.gov.om")
MEMBER = Person(id="member", organisations=frozenset({"university"}), mail="member@squ.example.om")


def reasons(judge: Person = JUDGE, stakes: Stakes | None = None, **facts) -> tuple[Reason, ...]:
    stakes = stakes or Stakes(submission="s", members=(MEMBER,))
    return conflicts_of(Facts(judges=[judge], stakes=[stakes], on=ON, **facts)).between(judge.id, "s")


def test_strangers_have_no_conflict():
    assert reasons() == ()


@pytest.mark.parametrize("about", ["s", "member", "university", "mentor"])
def test_what_is_declared_counts(about):
    stakes = Stakes(submission="s", members=(MEMBER,), mentors=frozenset({"mentor"}))
    assert reasons(stakes=stakes, declarations=[Declaration(judge="judge", about=about)]) == (
        Reason.DECLARED,
    )
    assert reasons(stakes=stakes, declarations=[Declaration(judge="other", about=about)]) == ()


@pytest.mark.parametrize(
    ("stakes", "reason"),
    [
        (
            Stakes(submission="s", members=(Person(id="m", organisations=frozenset({"ministry"})),)),
            Reason.SAME_ORGANISATION,
        ),
        (
            Stakes(submission="s", members=(Person(id="m", mail="m@it.EXAMPLE.gov.om"),)),
            Reason.SAME_MAIL_DOMAIN,
        ),
        (Stakes(submission="s", members=(MEMBER,), mentors=frozenset({"judge"})), Reason.MENTOR),
        (
            Stakes(submission="s", members=(MEMBER,), challenge_owners=frozenset({"ministry"})),
            Reason.CHALLENGE_OWNER,
        ),
        (
            Stakes(submission="s", members=(MEMBER,), challenge_sponsors=frozenset({"ministry"})),
            Reason.CHALLENGE_SPONSOR,
        ),
        (
            Stakes(submission="s", members=(MEMBER,), challenge_sponsors=frozenset({"judge"})),
            Reason.CHALLENGE_SPONSOR,
        ),
    ],
)
def test_each_relation_is_a_reason(stakes, reason):
    assert reasons(stakes=stakes) == (reason,)


def test_all_reasons_are_kept():
    own = Stakes(submission="s", members=(JUDGE,), mentors=frozenset({"judge"}))
    assert reasons(stakes=own) == (
        Reason.SAME_ORGANISATION, Reason.SAME_MAIL_DOMAIN, Reason.TEAM_MEMBER, Reason.MENTOR,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("a@example.om", "b@example.om", True),
        ("a@example.om", "b@EXAMPLE.OM.", True),
        ("a@mail.example.om", "b@example.om", True),
        ("a@example.om", "b@badexample.om", False),
        ("a@gmail.com", "b@gmail.com", False),
        ("a@Outlook.com", "b@outlook.com", False),
        ("a@gov.om", "b@health.gov.om", False),
        ("a@health.gov.om", "b@moh.health.gov.om", True),
        ("a@بلدية.عمان", "b@xn--ngbr3a3a.xn--mgb9awbf", False),
        ("a@مثال.عمان", "b@مثال.عمان", True),
        ("", "", False),
        ("a@localhost", "b@localhost", False),
        ("no address", "no address", False),
        ("a@..om", "b@..om", False),
    ],
)
def test_mail_domains(one, other, related):
    assert same_mail_organisation(one, other) is related
    assert same_mail_organisation(other, one) is related


def together(judge_days: tuple[date, date | None], member_days: tuple[date, date | None], group: str = "g"):
    return [
        Membership(person="judge", group="g", began_on=judge_days[0], ended_on=judge_days[1]),
        Membership(person="member", group=group, began_on=member_days[0], ended_on=member_days[1]),
    ]


@pytest.mark.parametrize(
    ("judge_days", "member_days", "counts"),
    [
        ((date(2025, 1, 1), date(2025, 6, 1)), (date(2025, 5, 31), None), True),
        ((date(2025, 1, 1), date(2025, 6, 1)), (date(2025, 6, 1), None), False),
        ((date(2020, 1, 1), date(2023, 11, 26)), (date(2020, 1, 1), date(2023, 11, 26)), True),
        ((date(2020, 1, 1), date(2023, 11, 25)), (date(2020, 1, 1), None), False),
        ((date(2015, 1, 1), None), (date(2016, 1, 1), None), True),
    ],
)
def test_having_been_together_counts_for_some_years(judge_days, member_days, counts):
    expected = (Reason.TOGETHER_BEFORE,) if counts else ()
    assert reasons(memberships=together(judge_days, member_days)) == expected
    assert reasons(memberships=together(judge_days, member_days, group="other")) == ()


def test_years_are_counted_back_from_a_leap_day():
    facts = Facts(
        judges=[JUDGE], stakes=[Stakes(submission="s", members=(MEMBER,))], on=date(2028, 2, 29),
        memberships=together((date(2024, 1, 1), date(2025, 3, 1)), (date(2024, 1, 1), date(2025, 3, 1))),
    )  # fmt: skip
    assert conflicts_of(facts).between("judge", "s") == (Reason.TOGETHER_BEFORE,)


def test_a_former_member_of_the_team_is_no_neutral_judge():
    before = [
        Membership(person="judge", group="team", began_on=date(2026, 1, 1), ended_on=date(2026, 10, 1)),
        Membership(person="member", group="team", began_on=date(2026, 2, 1)),
    ]
    assert reasons(memberships=before) == (Reason.TOGETHER_BEFORE,)


def test_what_a_judge_is_in_conflict_with_does_not_exist_for_them():
    conflicts = Conflicts({("judge", "s2"): (Reason.MENTOR,)})
    assert conflicts.visible_to("judge", ["s1", "s2", "s3"]) == ["s1", "s3"]
    assert conflicts.visible_to("other", ["s1", "s2", "s3"]) == ["s1", "s2", "s3"]
    assert conflicts.pairs == {("judge", "s2")}
