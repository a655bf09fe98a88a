-- next_number --
-- Of the next preparation.
SELECT coalesce(max(number), 0) + 1 FROM innovation.result_sets WHERE hackathon_id = %(hackathon_id)s

-- store_set --
-- A preparation.
INSERT INTO innovation.result_sets (result_set_id, hackathon_id, number, prepared_by, prepared_at)
VALUES (%(result_set_id)s, %(hackathon_id)s, %(number)s, %(prepared_by)s, %(prepared_at)s)

-- store_placing --
-- One of its places.
INSERT INTO innovation.placings
    (result_set_id, track, submission_id, place, raw_place, normalised, raw, spread, sheets, separation, is_flagged)
VALUES
    (%(result_set_id)s, %(track)s, %(submission_id)s, %(place)s, %(raw_place)s, %(normalised)s, %(raw)s, %(spread)s,
     %(sheets)s, %(below_by)s, %(is_flagged)s)

-- newest_set --
-- The newest preparation, or the newest that was released.
SELECT result_set_id, hackathon_id, number, prepared_by, prepared_at, released_by, released_at,
       -- They are read after it.
       '[]'::jsonb AS placings
FROM innovation.result_sets
WHERE hackathon_id = %(hackathon_id)s AND (NOT %(released)s OR released_at IS NOT NULL)
ORDER BY number DESC LIMIT 1

-- placings --
-- Its places; who shares one stands in an order that says nothing.
SELECT track, submission_id, team_id, place, raw_place, normalised, raw, spread, sheets, separation AS below_by,
       is_flagged
FROM innovation.placings JOIN innovation.submissions USING (submission_id)
WHERE result_set_id = %(result_set_id)s AND team_id <> ALL (%(hidden)s::uuid[])
ORDER BY track, place, md5(submission_id::text)

-- release --
-- It is told.
UPDATE innovation.result_sets SET released_by = %(released_by)s, released_at = %(at)s
WHERE result_set_id = %(result_set_id)s AND released_at IS NULL

-- store_decision --
-- The jury's own order of those who share a place.
INSERT INTO innovation.panel_decisions
    (decision_id, hackathon_id, round, track, ranking, reason, decided_by, decided_at)
VALUES
    (%(decision_id)s, %(hackathon_id)s, %(round)s, %(track)s, %(ranking)s, %(reason)s, %(decided_by)s, %(at)s)

-- decisions --
-- All of a track, in the order in which they were made.
SELECT ranking::text[] AS "order", reason FROM innovation.panel_decisions
WHERE hackathon_id = %(hackathon_id)s AND round = %(round)s AND track = %(track)s ORDER BY decided_at, decision_id

-- lock_appeal --
-- This appeal, until the transaction ends.
SELECT FROM innovation.appeals WHERE appeal_id = %(object_id)s FOR UPDATE

-- move_appeal --
-- Into the next state.
UPDATE innovation.appeals SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE appeal_id = %(object_id)s

-- appeal --
-- One appeal, and how its hackathon stands.
SELECT appeal_id, appeals.hackathon_id, team_id, text, answer, appeals.state, appeals.state_reason, appeals.version,
       filed_at, hackathons.state AS hackathon_state
FROM innovation.appeals JOIN innovation.hackathons USING (hackathon_id) WHERE appeal_id = %(appeal_id)s

-- appeals --
-- Those of a hackathon, of one team or of all but the hidden.
SELECT appeal_id, hackathon_id, team_id, text, answer, state, state_reason, version, filed_at
FROM innovation.appeals
WHERE hackathon_id = %(hackathon_id)s AND (%(team_id)s::uuid IS NULL OR team_id = %(team_id)s)
  AND team_id <> ALL (%(hidden)s::uuid[])
ORDER BY filed_at, appeal_id

-- store_appeal --
-- A team appeals, once.
INSERT INTO innovation.appeals (appeal_id, hackathon_id, team_id, text, state, state_changed_at, filed_at)
VALUES (%(appeal_id)s, %(hackathon_id)s, %(team_id)s, %(text)s, %(state)s, %(filed_at)s, %(filed_at)s)
ON CONFLICT (team_id) DO NOTHING

-- answer_appeal --
-- What the team is told.
UPDATE innovation.appeals SET answer = %(answer)s WHERE appeal_id = %(appeal_id)s

-- team --
-- Whose appeal it would be.
SELECT hackathon_id FROM innovation.teams WHERE team_id = %(team_id)s

-- may_appeal --
-- A team that could appeal at this moment.
SELECT FROM innovation.teams JOIN innovation.hackathons USING (hackathon_id)
JOIN innovation.deadlines ON object_id = hackathon_id
WHERE team_id = %(team_id)s AND hackathons.state = 'results_provisional' AND deadlines.name = 'appeals_close' AND instant > %(at)s
  AND NOT EXISTS (SELECT FROM innovation.appeals WHERE appeals.team_id = teams.team_id)

-- keep_seed --
-- What comments are shuffled by; it never leaves the hub.
INSERT INTO innovation.feedback_seeds (hackathon_id, seed) VALUES (%(hackathon_id)s, %(seed)s)
ON CONFLICT (hackathon_id) DO NOTHING

-- seed --
-- The same, always.
SELECT encode(seed, 'hex') FROM innovation.feedback_seeds WHERE hackathon_id = %(hackathon_id)s

-- set_ballot --
-- When everybody can vote.
INSERT INTO innovation.ballots (hackathon_id, opens_at, closes_at)
VALUES (%(hackathon_id)s, %(opens_at)s, %(closes_at)s)
ON CONFLICT (hackathon_id) DO UPDATE SET opens_at = EXCLUDED.opens_at, closes_at = EXCLUDED.closes_at

-- ballot --
-- The same, held while somebody votes.
SELECT opens_at, closes_at FROM innovation.ballots WHERE hackathon_id = %(hackathon_id)s FOR SHARE

-- note_voter --
-- One person, one vote.
INSERT INTO innovation.voters (hackathon_id, person_id) VALUES (%(hackathon_id)s, %(person_id)s) ON CONFLICT DO NOTHING

-- count_vote --
-- One more, of nobody.
INSERT INTO innovation.vote_counts AS known (submission_id, votes) VALUES (%(submission_id)s, 1)
ON CONFLICT (submission_id) DO UPDATE SET votes = known.votes + 1

-- has_voted --
-- Whether a person has voted.
SELECT EXISTS (SELECT FROM innovation.voters WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s)

-- entries --
-- What is public in the contest, or one submission of it, by the title that was handed in, and what became of it.
SELECT submission_id, team_id, coalesce(version.content ->> 'title', submissions.title) AS title, teams.name AS team,
       coalesce((SELECT jsonb_agg(jsonb_build_array(kind, reference) ORDER BY noted_at, continuation_id)
                 FROM innovation.continuations AS own WHERE own.submission_id = submissions.submission_id), '[]')
           AS continuations
FROM innovation.submissions JOIN innovation.teams USING (team_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = submissions.hackathon_id
LEFT JOIN innovation.submission_versions AS version USING (submission_id)
WHERE submissions.hackathon_id = %(hackathon_id)s AND team_id <> ALL (%(hidden)s::uuid[])
  AND submissions.state = ANY (%(public)s::text[]) AND teams.state = 'locked'
  AND hackathons.state = ANY (%(public_in)s::text[])
  AND (version.number = submissions.versions OR version.number IS NULL)
  AND (%(submission_id)s::uuid IS NULL OR submission_id = %(submission_id)s)
ORDER BY submission_id

-- vote_counts --
-- How many each has.
SELECT submission_id, votes FROM innovation.vote_counts JOIN innovation.submissions USING (submission_id)
WHERE hackathon_id = %(hackathon_id)s

-- is_own --
-- Whether a person belongs to the team of a submission, or helps it.
SELECT EXISTS (SELECT FROM innovation.team_members JOIN innovation.submissions USING (team_id)
               WHERE submission_id = %(submission_id)s AND person_id = %(person_id)s AND team_members.state = 'member')
    OR EXISTS (SELECT FROM innovation.team_mentors JOIN innovation.submissions USING (team_id)
               WHERE submission_id = %(submission_id)s AND person_id = %(person_id)s)

-- standing --
-- What is in the contest.
SELECT submission_id, team_id FROM innovation.submissions JOIN innovation.teams USING (team_id)
WHERE submissions.hackathon_id = %(hackathon_id)s AND submissions.state IN ('eligible', 'finalist', 'not_selected')
  AND teams.state = 'locked'

-- is_verified --
-- Whether a person can vote.
SELECT EXISTS (SELECT FROM innovation.people
               WHERE person_id = %(person_id)s AND state = 'active' AND email_verified_at IS NOT NULL)

-- note_continuation --
-- What becomes of a submission.
INSERT INTO innovation.continuations (continuation_id, submission_id, kind, reference, noted_at)
VALUES (%(continuation_id)s, %(submission_id)s, %(kind)s, %(reference)s, %(at)s)

-- continuations --
-- The same, as they were noted.
SELECT kind, reference FROM innovation.continuations WHERE submission_id = %(submission_id)s
ORDER BY noted_at, continuation_id

-- export_voters --
-- Where a person has voted; for what is not known.
SELECT code AS hackathon FROM innovation.voters JOIN innovation.hackathons USING (hackathon_id)
WHERE person_id = %(person_id)s ORDER BY code

-- erase_voters --
-- That the person has voted; the votes stay counted.
DELETE FROM innovation.voters WHERE person_id = %(person_id)s

-- count_prepared --
-- Rows that know the person by key.
SELECT count(*) FROM innovation.result_sets
WHERE prepared_by = %(person_id)s OR released_by = %(person_id)s

-- count_decided --
-- Rows that know the person by key.
SELECT count(*) FROM innovation.panel_decisions WHERE decided_by = %(person_id)s

-- called_appeal --
-- The team that appeals.
SELECT team.name, team.name FROM innovation.appeals AS appeal JOIN innovation.teams AS team USING (team_id)
WHERE appeal.appeal_id = %(object_id)s
