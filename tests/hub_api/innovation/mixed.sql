-- begin_result_sets --
-- Three preparations of every hackathon.
INSERT INTO innovation.result_sets (result_set_id, hackathon_id, number, prepared_at)
SELECT md5(hackathon_id::text || number)::uuid, hackathon_id, number, now()
FROM innovation.hackathons, generate_series(11, 13) AS number

-- begin_placings --
-- In each of them places for the whole and for a challenge, some of them shared.
INSERT INTO innovation.placings
    (result_set_id, track, submission_id, place, raw_place, normalised, raw, spread, sheets, is_flagged)
SELECT result_set_id, track, submission_id, place, place, 10 - place * 0.1, 9 - place * 0.1, 0.2, 3, false
FROM innovation.result_sets
JOIN innovation.submissions USING (hackathon_id)
JOIN innovation.teams USING (team_id),
     LATERAL (SELECT 1 + ('x' || left(md5(submission_id::text || number), 4))::bit(16)::integer %% 9) AS rank (place),
     LATERAL (VALUES (''), (challenge_id::text)) AS way (track)
WHERE number > 10

-- begin_ballots --
-- Closed in the first two hackathons, open in the third.
INSERT INTO innovation.ballots (hackathon_id, opens_at, closes_at)
SELECT md5('hackathon ' || number)::uuid, '2020-01-01T00:00Z',
       CASE WHEN number = 3 THEN timestamptz 'infinity' ELSE '2020-01-02T00:00Z' END
FROM generate_series(1, 3) AS number

-- begin_mentors --
-- The first teams have one.
INSERT INTO innovation.team_mentors (team_id, person_id, assigned_at)
SELECT md5('team ' || number)::uuid, md5('person ' || 150 + number)::uuid, now() FROM generate_series(1, 20) AS number

-- begin_votes --
-- Of most submissions, many of them as many; the first few have more.
INSERT INTO innovation.vote_counts (submission_id, votes)
SELECT submission_id, 1 + ('x' || left(md5(submission_id::text), 4))::bit(16)::integer %% 3
FROM innovation.submissions WHERE left(submission_id::text, 1) < 'c'
UNION ALL
SELECT submission_id, 4
FROM generate_series(1, 7) AS number
JOIN innovation.submissions ON submission_id = md5('submission ' || number)::uuid
WHERE left(submission_id::text, 1) >= 'c'

-- begin_continuations --
-- Of every third submission.
INSERT INTO innovation.continuations (continuation_id, submission_id, kind, reference, noted_at)
SELECT gen_random_uuid(), submission_id, 'pilot', 'Ruwi', now()
FROM innovation.submissions WHERE left(submission_id::text, 1) < '6'

-- mix_hackathons --
-- Any states, other ones in each round.
UPDATE innovation.hackathons SET state = (
    ARRAY['results_final', 'results_provisional', 'judging', 'archived', 'running', 'cancelled', 'results_final'])[
    1 + ('x' || left(md5(hackathon_id::text || %(round)s), 4))::bit(16)::integer %% 7]

-- mix_challenges --
-- The same for challenges.
UPDATE innovation.challenges SET state = (ARRAY['published', 'locked', 'proposed'])[
    1 + ('x' || left(md5(challenge_id::text || %(round)s), 4))::bit(16)::integer %% 3]

-- mix_teams --
-- The same for teams, most of which stay.
UPDATE innovation.teams SET state = (ARRAY['locked', 'locked', 'locked', 'withdrawn', 'disqualified'])[
    1 + ('x' || left(md5(team_id::text || %(round)s), 4))::bit(16)::integer %% 5]

-- mix_submissions --
-- The same for submissions; some were never handed in.
UPDATE innovation.submissions SET
    state = (ARRAY['eligible', 'finalist', 'not_selected', 'withdrawn', 'disqualified', 'eligible'])[
        1 + ('x' || left(md5(submission_id::text || %(round)s), 4))::bit(16)::integer %% 6],
    versions = CASE WHEN right(submission_id::text, 1) = '0' THEN 0 ELSE 1 END

-- mix_result_sets --
-- Some preparations are released, and not always the newest.
UPDATE innovation.result_sets SET released_at =
    CASE WHEN ('x' || left(md5(result_set_id::text || %(round)s), 4))::bit(16)::integer %% 2 = 0
         THEN timestamptz '2026-11-01T00:00Z' + make_interval(days => number) END

-- mix_members --
-- Some leave their team.
UPDATE innovation.team_members SET state = (ARRAY['member', 'left', 'member'])[
    1 + ('x' || left(md5(member_id::text || %(round)s), 4))::bit(16)::integer %% 3]

-- mix_activities --
-- Reports are verified, and no longer, with another figure each time.
UPDATE innovation.activities SET
    state = (ARRAY['verified', 'reported', 'verified'])[
        1 + ('x' || left(md5(activity_id::text || %(round)s), 4))::bit(16)::integer %% 3],
    counted = ('x' || left(md5(activity_id::text || %(round)s), 4))::bit(16)::integer %% 40

-- mix_events --
-- Reports of one event that were taken for two.
UPDATE innovation.activities AS report SET event_id = md5('event ' || number + 7)::uuid
FROM generate_series(%(round)s, 50, 14) AS number
WHERE report.activity_id = md5('activity ' || number)::uuid

-- mix_erased --
-- A report that is there no more.
DELETE FROM innovation.activities WHERE activity_id = md5('activity ' || 3 * %(round)s)::uuid
