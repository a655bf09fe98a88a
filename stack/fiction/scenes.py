"""Who does what when. A scene is a generator of days before now; between two of them it plays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from casework.access.model import Role
from hackathon.contest.jury.sheets import lock_all
from hackathon.contest.results import appeals, voting
from hackathon.contest.results import service as results
from hackathon.contest.results.model import Answer, Ballot, Continuation
from hackathon.outreach.certificates import awarding
from hackathon.outreach.certificates import service as certificates
from stack.fiction.contest import Contest
from stack.fiction.stage import Stage, morning

Scene = Iterator[float]
JUDGES = 6
TEAMS = 12
#: Days from now of the deadlines, in the order in which a hackathon names them.
OVER = (-75, -74, -60, -58, -55, -50, -30)
JUDGED = (-32, -31, -18, -17, -14, -4, 18)
#: It starts while teams still form: each begins as soon as it is complete.
COMING = (-3, -2, 20, 21, -1, 27, 45)
ANNOUNCED = (40, 45, 60, 61, 62, 76, 96)


def offices(stage: Stage) -> Scene:
    """Those who run the programme, and agencies with their officers."""
    yield -220
    for key in ("administrator", "organiser", "second", "coordinator"):
        stage.join(key, "falaj.example")
    stage.appoint("administrator", Role.ADMINISTRATOR)
    stage.appoint("organiser", Role.ORGANISER, by="administrator")
    stage.appoint("coordinator", Role.COORDINATOR, by="administrator")
    for organisation in stage.texts["organisations"]:
        stage.join(organisation["key"], organisation["domain"])
        stage.organise(organisation, organisation["key"])


def crowd(stage: Stage) -> Scene:
    """Those who take part, and those who judge: none from where a team comes from, but one."""
    yield -90
    for number in range(1, JUDGES):
        stage.join(f"judge-{number}", f"jury-{number}.example")
    stage.join(f"judge-{JUDGES}", "jamia.example")
    for number in range(1, TEAMS + 1):
        domain = "jamia.example" if number == TEAMS else f"team-{number}.example"
        stage.join(f"captain-{number}", domain)
        stage.join(f"mate-{number}", domain)
    stage.belong(f"captain-{TEAMS}", "university", "university")


def over(stage: Stage) -> Scene:
    """A hackathon with final results: votes, an appeal that was dismissed, certificates, continuations."""
    yield -85
    contest = Contest(stage, stage.texts["over"], OVER, "organiser")
    stage.appoint("second", Role.ORGANISER, contest.scope(), "organiser")
    yield -80
    for texts in stage.texts["over"]["challenges"]:
        contest.challenge(texts)
    yield from _entered(contest, -73, OVER)
    yield -52
    for (team, captain), texts in zip(contest.entered, stage.texts["over"]["entries"], strict=True):
        contest.hand_in(team, captain, texts)
    yield OVER[5]
    contest.run_clock()
    contest.set_rubric(3)
    for number in range(1, JUDGES):
        contest.invite(f"judge-{number}")
    contest.admit({})
    stage.call(
        stage.actor("organiser"),
        voting.set_ballot,
        contest.hackathon_id,
        Ballot(stage.at + timedelta(days=1), stage.at + timedelta(days=6)),
    )
    sheets = contest.assign()
    yield -47
    _vote(contest)
    for sheet in sheets:
        contest.score(sheet, stage.key_of(sheet.person_id))
    yield -41
    _tell(contest)
    yield -38
    _appeal(contest)
    yield OVER[6] + 0.1
    contest.step("finalise")
    winner, second, *_ = contest.submissions
    stage.left |= {"hackathon": contest.hackathon_id, "winner": winner, "marketplace": second}
    _go_on(contest)
    yield -27
    _certify(contest)


def judged(stage: Stage) -> Scene:
    """A hackathon in judging: twelve teams, admitted submissions but one, half of the sheets handed in."""
    yield -40
    contest = Contest(stage, stage.texts["judged"], JUDGED, "organiser")
    stage.left["judged"] = contest.hackathon_id
    yield -36
    for texts in stage.texts["judged"]["challenges"]:
        contest.challenge(texts)
    yield from _entered(contest, -30, JUDGED)
    yield -6
    for (team, captain), texts in zip(contest.entered, stage.texts["judged"]["entries"], strict=True):
        contest.hand_in(team, captain, texts)
    yield JUDGED[5]
    contest.run_clock()
    contest.set_rubric(3)
    for number in range(1, JUDGES + 1):
        contest.invite(f"judge-{number}")
    contest.admit({contest.submissions[9]: "off_topic"})
    sheets = contest.assign()
    yield -2
    for number, sheet in enumerate(sheets):
        judge = stage.key_of(sheet.person_id)
        # The first judge has left all of theirs for whoever looks at the demo.
        if judge != "judge-1" and number % 5:
            contest.score(sheet, judge, is_handed_in=bool(number % 3))


def coming(stage: Stage) -> Scene:
    """A hackathon that takes teams in: challenges that link things of the city, two teams that look for members, and one
    that has begun and handed in.
    """
    yield -12
    contest = Contest(stage, stage.texts["coming"], COMING, "organiser")
    stage.left["coming"] = contest.hackathon_id
    yield -8
    for texts in stage.texts["coming"]["challenges"]:
        contest.challenge(texts)
    yield COMING[1]
    contest.run_clock()
    yield -1
    for number, texts in enumerate(stage.texts["coming"]["entries"], 1):
        captain, roles = f"captain-{number}", texts.get("open_roles", ())
        team = contest.enter(texts, captain, [], tuple(roles))
        if not roles:
            contest.begin(team, captain)
            contest.hand_in(team, captain, texts)


def announced(stage: Stage) -> Scene:
    """A hackathon that agencies propose challenges to, long before anybody registers."""
    yield -12
    contest = Contest(stage, stage.texts["announced"], ANNOUNCED, "organiser")
    stage.left["announced"] = contest.hackathon_id


def _entered(contest: Contest, day: float, offsets: tuple[int, ...]) -> Scene:
    """Teams that are founded, complete, and locked when it starts."""
    stage = contest.stage
    yield OVER[1] if offsets is OVER else offsets[1]
    contest.run_clock()
    yield day
    for number, texts in enumerate(contest.texts["entries"], 1):
        team = contest.enter(texts, f"captain-{number}", [f"mate-{number}"])
        contest.complete(team, f"captain-{number}")
    yield offsets[3]
    contest.run_clock("hackathon", "team")
    yield offsets[4]
    stage.at += timedelta(minutes=1)
    contest.run_clock()


def _vote(contest: Contest) -> None:
    """Most who take part vote, and nobody for their own."""
    stage = contest.stage
    for number in range(1, TEAMS + 1):
        for place, who in enumerate(("captain", "mate")):
            chosen = (number * 2 + place) % 4
            if chosen != number - 1:
                stage.call(stage.actor(f"{who}-{number}"), voting.vote, contest.submissions[chosen])


def _tell(contest: Contest) -> None:
    stage, organiser = contest.stage, contest.stage.actor("organiser")
    stage.call(organiser, lock_all, contest.hackathon_id)
    contest.step("begin_deliberation")
    prepared = stage.call(organiser, results.prepare, contest.hackathon_id)
    stage.call(organiser, results.release, contest.hackathon_id, prepared.number)


def _appeal(contest: Contest) -> None:
    """A captain appeals; an organiser answers who has not made the results."""
    stage, texts = contest.stage, contest.stage.texts["appeal"]
    team, captain = contest.entered[3]
    filed = stage.call(stage.actor(captain), appeals.file, team.team_id, texts["text"])
    stage.at += timedelta(days=2)
    stage.call(
        stage.actor("second"),
        appeals.decide,
        filed.appeal_id,
        Answer("dismiss", "no_error", texts["answer"]),
        filed.version,
    )


def _go_on(contest: Contest) -> None:
    stage, texts = contest.stage, contest.stage.texts["continuations"]
    for kind, submission_id in ((Continuation.PILOT, 0), (Continuation.MARKETPLACE, 1)):
        stage.call(
            stage.actor("organiser"),
            results.note_continuation,
            contest.submissions[submission_id],
            kind,
            texts[kind.value],
        )


def _certify(contest: Contest) -> None:
    """Everybody who is due is offered one; some have approved theirs."""
    stage = contest.stage
    stage.call(stage.actor("organiser"), awarding.offer_all, contest.hackathon_id)
    stage.at += timedelta(days=1)
    for key in ("captain-1", "captain-2", "mate-2", "judge-2"):
        actor, names = stage.actor(key), stage.people[key].person.names
        for offered in stage.call(actor, certificates.list_own):
            stage.call(actor, certificates.issue, offered.certificate_id, names, 1)


def day_of(stage: Stage, days: float) -> None:
    """Let it be that many days from now, in the morning; never later than now."""
    stage.at = min(morning(stage.now) + timedelta(days=days), stage.now)
