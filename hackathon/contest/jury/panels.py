"""Whether the judges of a panel share submissions, and who could take the sheets that would make them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from casework.programme import Session
from citycore.store.connections import Connection
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import find_conflicts, hidden_scores
from hackathon.contest.judging.connectivity import Room, bridges, is_joined, islands_without
from hackathon.contest.judging.model import Pair
from hackathon.contest.jury import repository
from hackathon.contest.jury.assignment import contest_of
from hackathon.contest.jury.judges import require_staff
from hackathon.contest.jury.machines import GONE
from hackathon.contest.jury.model import Gap, Judge, StoredSheet


def find_gaps(session: Session, hackathon_id: UUID) -> list[Gap]:
    """The tracks of the round that are not in one piece, for organisers; nothing in them of a hidden team."""
    require_staff(session, hackathon_id)
    number = get_hackathon(session, hackathon_id).round
    benches: defaultdict[str, list[Collection[UUID]]] = defaultdict(list)
    for track, people in repository.find_benches(session.connection, hackathon_id, number):
        benches[track].append(people)
    if all(map(is_joined, benches.values())):
        return []
    everything = repository.find_sheets(session.connection, hackathon_id, number)
    sheets = [one for one in everything if one.state not in GONE]
    by_track: defaultdict[str, list[Pair]] = defaultdict(list)
    for one in sheets:
        by_track[one.track].append((str(one.person_id), str(one.submission_id)))
    hidden = hidden_scores(session, hackathon_id)
    unseen = {str(one.submission_id) for one in sheets if one.team_id in hidden}
    judges = repository.find_judges(session.connection, hackathon_id)
    room = room_of(session.connection, hackathon_id, judges, everything)
    found = [_gap(track, pairs, room, unseen) for track, pairs in sorted(by_track.items())]
    return [gap for gap in found if len(gap.islands) > 1]


def find_wanting(session: Session, hackathon_id: UUID) -> dict[UUID, int]:
    """How many judges each submission of the round lacks, for organisers; none of a hidden team."""
    require_staff(session, hackathon_id)
    hackathon = get_hackathon(session, hackathon_id)
    terms = repository.find_terms(session.connection, hackathon_id, hackathon.round)
    if terms is None or hackathon.state != "judging":
        return {}
    parameters = {
        "hackathon_id": hackathon_id,
        "round": hackathon.round,
        "state": contest_of(hackathon.round),
        "needed": terms.judges_per_entry,
        "gone": list(GONE),
        "hidden": list(hidden_scores(session, hackathon_id)),
    }
    return dict(session.connection.execute(repository.QUERIES["wanting"], parameters).fetchall())


def room_of(
    connection: Connection, hackathon_id: UUID, judges: Sequence[Judge], sheets: Sequence[StoredSheet]
) -> Room:
    """Who could take further sheets, to say what would connect a panel; nobody what they gave back."""
    loads = {str(judge.person_id): 0 for judge in judges}
    for sheet in sheets:
        loads[str(sheet.person_id)] += sheet.state not in GONE
    free = {
        str(judge.person_id): max(0, judge.capacity - loads[str(judge.person_id)])
        for judge in judges
        if judge.state == "accepted"
    }
    submission_of = {str(one.team_id): str(one.submission_id) for one in sheets}
    forbidden = {
        (judge, submission_of[team])
        for judge, team in find_conflicts(connection, hackathon_id).pairs
        if team in submission_of
    }
    return Room(free, forbidden | {(str(one.person_id), str(one.submission_id)) for one in sheets}, loads)


def _gap(track: str, pairs: Collection[Pair], room: Room, unseen: Collection[str]) -> Gap:
    """Groups are found in all sheets, and told without what the organiser may not know of."""
    joining = bridges(pairs, room)
    told = None if joining is None else tuple(pair for pair in joining if pair[1] not in unseen)
    return Gap(track, islands_without(pairs, unseen), told)
