-- lock_judge --
-- This judge, until the transaction ends.
SELECT FROM innovation.judges WHERE judge_id = %(object_id)s FOR UPDATE

-- judge --
-- One judge, and how the hackathon stands.
SELECT judge_id, judges.hackathon_id, person_id, capacity, expertise, judges.state, judges.version,
       hackathons.state AS hackathon_state
FROM innovation.judges JOIN innovation.hackathons USING (hackathon_id) WHERE judge_id = %(judge_id)s

-- move_judge --
-- Into the next state.
UPDATE innovation.judges SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE judge_id = %(object_id)s

-- store_judge --
-- Somebody is asked, unless they are already.
INSERT INTO innovation.judges
    (judge_id, hackathon_id, person_id, capacity, expertise, state, state_changed_at, created_at)
VALUES
    (%(judge_id)s, %(hackathon_id)s, %(person_id)s, %(capacity)s, %(expertise)s, %(state)s, %(at)s, %(at)s)
ON CONFLICT DO NOTHING

-- judges --
-- The jury, as they were asked.
SELECT judge_id, hackathon_id, person_id, capacity, expertise, state, version
FROM innovation.judges WHERE hackathon_id = %(hackathon_id)s ORDER BY created_at, judge_id

-- desk --
-- The jury with the sheets of a round, without those of hidden teams.
SELECT judge_id, judges.hackathon_id, person_id, people.name_ar, people.name_en, people.sort_ar, people.sort_en, capacity, judges.state, judges.version,
       judges.state_changed_at, judges.created_at,
       (SELECT jsonb_build_object(
            'done', count(*) FILTER (WHERE own.state IN ('submitted', 'locked')),
            'all', count(*) FILTER (WHERE own.state NOT IN ('declined', 'recused')),
            'given_back', count(*) FILTER (WHERE own.state IN ('declined', 'recused')))
        FROM innovation.sheets AS own JOIN innovation.submissions USING (submission_id)
        WHERE own.judge_id = judges.judge_id AND own.round = %(round)s AND team_id <> ALL (%(hidden)s::uuid[])) AS sheets,
       (SELECT max(submitted_at) FROM innovation.sheets AS own JOIN innovation.submissions USING (submission_id)
        WHERE own.judge_id = judges.judge_id AND own.round = %(round)s AND team_id <> ALL (%(hidden)s::uuid[])) AS last_submitted_at
FROM innovation.judges LEFT JOIN innovation.people USING (person_id)
WHERE judges.hackathon_id = %(hackathon_id)s

-- count_judges --
-- How many there are.
SELECT count(*) FROM innovation.judges WHERE hackathon_id = %(hackathon_id)s

-- competes --
-- Whether a person belongs to a team of the hackathon; members of teams that have ended do not.
SELECT EXISTS (
    SELECT FROM innovation.team_members
    WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s AND state = 'member' AND ended_at IS NULL)

-- own_judge --
-- A person as judge of a hackathon.
SELECT judge_id FROM innovation.judges
WHERE hackathon_id = %(hackathon_id)s AND person_id = %(person_id)s AND state IN ('invited', 'accepted')

-- own_judging --
-- Where a person judges, was asked to, or judged; the newest first.
SELECT judge_id, judges.hackathon_id, person_id, capacity, expertise, judges.state, judges.version,
       title_ar, title_en, hackathons.state AS hackathon_state
FROM innovation.judges JOIN innovation.hackathons USING (hackathon_id)
WHERE person_id = %(person_id)s ORDER BY judges.created_at DESC, judge_id LIMIT %(rows)s

-- declare --
-- A judge says that they are close to a team, a person or an organisation.
INSERT INTO innovation.declarations (declaration_id, judge_id, about, declared_at)
VALUES (%(declaration_id)s, %(judge_id)s, %(about)s, %(at)s) ON CONFLICT (judge_id, about) DO NOTHING

-- count_declarations --
-- How often.
SELECT count(*) FROM innovation.declarations WHERE judge_id = %(judge_id)s

-- set_terms --
-- What a round looks at.
INSERT INTO innovation.rubrics
    (hackathon_id, round, criteria, lowest, highest, step, judges_per_entry, is_by_challenge)
VALUES
    (%(hackathon_id)s, %(round)s, %(rubric_criteria)s, %(rubric_scale_lowest)s, %(rubric_scale_highest)s,
     %(rubric_scale_step)s, %(judges_per_entry)s, %(is_by_challenge)s)
ON CONFLICT (hackathon_id, round) DO UPDATE SET
    criteria = EXCLUDED.criteria, lowest = EXCLUDED.lowest, highest = EXCLUDED.highest, step = EXCLUDED.step,
    judges_per_entry = EXCLUDED.judges_per_entry, is_by_challenge = EXCLUDED.is_by_challenge

-- terms --
-- The same.
SELECT criteria, lowest, highest, step, judges_per_entry, is_by_challenge FROM innovation.rubrics
WHERE hackathon_id = %(hackathon_id)s AND round = %(round)s

-- has_sheets --
-- Whether judges work with it.
SELECT EXISTS (SELECT FROM innovation.sheets WHERE hackathon_id = %(hackathon_id)s AND round = %(round)s)

-- entries --
-- What is in the contest.
SELECT submission_id, team_id, challenge_id FROM innovation.submissions JOIN innovation.teams USING (team_id)
WHERE submissions.hackathon_id = %(hackathon_id)s AND submissions.state = %(state)s AND teams.state = 'locked'
ORDER BY submission_id

-- store_proposal --
-- An assignment to look at, with who would judge what.
WITH proposed AS (
    INSERT INTO innovation.proposals (proposal_id, hackathon_id, round, seed, made_at)
    VALUES (%(proposal_id)s, %(hackathon_id)s, %(round)s, %(seed)s, %(at)s) RETURNING proposal_id
)
INSERT INTO innovation.proposal_seats (proposal_id, judge_id, submission_id, is_bridge, is_new)
SELECT proposal_id, seats.*
FROM proposed, jsonb_to_recordset(%(seats)s) AS seats (judge_id uuid, submission_id uuid, is_bridge bool, is_new bool)

-- proposal_rows --
-- Proposals with who would judge what.
SELECT proposal_id, hackathon_id, round, seed,
       (SELECT coalesce(jsonb_agg(to_jsonb(seats) - 'proposal_id' || jsonb_build_object('team_id', team_id)
                                  ORDER BY submission_id, judge_id), '[]')
        FROM innovation.proposal_seats AS seats JOIN innovation.submissions USING (submission_id)
        WHERE seats.proposal_id = proposals.proposal_id) AS seats
FROM innovation.proposals

-- proposal --
-- One that nobody has published.
-- + proposal_rows
WHERE proposal_id = %(proposal_id)s AND published_at IS NULL FOR UPDATE

-- newest_proposal --
-- What was proposed last in a round, unless judges have been told.
-- + proposal_rows
WHERE published_at IS NULL AND proposal_id = (
    SELECT proposal_id FROM innovation.proposals AS known
    WHERE known.hackathon_id = %(hackathon_id)s AND known.round = %(round)s
    ORDER BY made_at DESC, published_at IS NULL DESC, proposal_id LIMIT 1)

-- titles --
-- What submissions are called that were handed in: all, or those that one judge has sheets for; without the hidden.
SELECT DISTINCT ON (submission_id) submission_id, content ->> 'title'
FROM innovation.submissions JOIN innovation.submission_versions USING (submission_id)
WHERE hackathon_id = %(hackathon_id)s AND team_id <> ALL (%(hidden)s::uuid[])
  AND (%(person_id)s::uuid IS NULL OR EXISTS (
      SELECT FROM innovation.sheets JOIN innovation.judges USING (judge_id)
      WHERE sheets.submission_id = submissions.submission_id AND judges.person_id = %(person_id)s))
ORDER BY submission_id, number DESC

-- mark_published --
-- They have been told.
UPDATE innovation.proposals SET published_at = %(at)s WHERE proposal_id = %(proposal_id)s

-- store_sheet --
-- A sheet for a seat.
INSERT INTO innovation.sheets
    (sheet_id, hackathon_id, round, track, submission_id, judge_id, state, state_changed_at, created_at)
VALUES
    (%(sheet_id)s, %(hackathon_id)s, %(round)s, %(track)s, %(submission_id)s, %(judge_id)s, %(state)s, %(at)s, %(at)s)

-- lock_sheet --
-- This sheet, until the transaction ends.
SELECT FROM innovation.sheets WHERE sheet_id = %(object_id)s FOR UPDATE

-- sheet_rows --
-- Sheets, whose they are, and how their hackathons stand.
SELECT sheet_id, sheets.hackathon_id, sheets.round, track, judge_id, judges.person_id, submission_id, team_id,
       sheets.state, sheets.version, hackathons.state AS hackathon_state, marks, comments, remark, submitted_at
FROM innovation.sheets JOIN innovation.judges USING (judge_id) JOIN innovation.submissions USING (submission_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = sheets.hackathon_id

-- sheet --
-- One sheet.
-- + sheet_rows
WHERE sheet_id = %(sheet_id)s

-- sheets --
-- The sheets of a round, of one judge or of all; without the hidden teams.
-- + sheet_rows
WHERE sheets.hackathon_id = %(hackathon_id)s AND sheets.round = %(round)s
  AND (%(person_id)s::uuid IS NULL OR judges.person_id = %(person_id)s)
  AND team_id <> ALL (%(hidden)s::uuid[])
ORDER BY submission_id, sheet_id

-- progress --
-- How far judges are in a round: sheets by state, and when the last was handed in; without the hidden teams.
SELECT judge_id, person_id, jsonb_object_agg(state, number) AS sheets, max(last) AS last_submitted_at
FROM (SELECT judge_id, judges.person_id, sheets.state, count(*) AS number, max(submitted_at) AS last
      FROM innovation.sheets JOIN innovation.judges USING (judge_id) JOIN innovation.submissions USING (submission_id)
      WHERE sheets.hackathon_id = %(hackathon_id)s AND sheets.round = %(round)s
        AND team_id <> ALL (%(hidden)s::uuid[])
      GROUP BY judge_id, judges.person_id, sheets.state) AS by_state
GROUP BY judge_id, person_id
ORDER BY judge_id

-- benches --
-- Which judges share a submission of a round, each such group once: enough to say whether a track is in one piece. Who they
-- are is looked up for groups: the planner expects next to no sheet in these states, and would go through all judges for each.
WITH bench AS MATERIALIZED (
    SELECT DISTINCT track, seats FROM (
        SELECT track, array_agg(judge_id ORDER BY judge_id) AS seats
        FROM innovation.sheets
        WHERE hackathon_id = %(hackathon_id)s AND round = %(round)s AND state <> ALL (%(gone)s::text[])
        GROUP BY submission_id, track
    ) AS together
)
SELECT DISTINCT track, ARRAY(
    SELECT DISTINCT person_id FROM innovation.judges WHERE judge_id = ANY (seats) ORDER BY person_id) AS people
FROM bench

-- wanting --
-- How many judges a submission in the contest lacks; none of the hidden teams.
SELECT submission_id, %(needed)s - count(sheet_id)
FROM innovation.submissions JOIN innovation.teams USING (team_id)
LEFT JOIN (
    SELECT sheet_id, submission_id FROM innovation.sheets
    WHERE hackathon_id = %(hackathon_id)s AND round = %(round)s AND state <> ALL (%(gone)s::text[])
) AS own USING (submission_id)
WHERE submissions.hackathon_id = %(hackathon_id)s AND submissions.state = %(state)s AND teams.state = 'locked'
  AND team_id <> ALL (%(hidden)s::uuid[])
GROUP BY submission_id HAVING count(sheet_id) < %(needed)s
ORDER BY submission_id

-- move_sheet --
-- Into the next state.
UPDATE innovation.sheets SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    submitted_at = CASE WHEN %(target)s = 'submitted' THEN %(at)s ELSE submitted_at END
WHERE sheet_id = %(object_id)s

-- write_sheet --
-- What the judge thinks so far.
UPDATE innovation.sheets SET
    version = version + 1, marks = %(marks)s, comments = %(comments)s, remark = %(remark)s
WHERE sheet_id = %(sheet_id)s

-- named --
-- Those of the jury who want to be named, as they are called.
SELECT people.person_id, name_ar AS names_ar, name_en AS names_en
FROM innovation.judges JOIN innovation.people USING (person_id)
WHERE hackathon_id = %(hackathon_id)s AND judges.state = 'accepted' AND is_named AND people.state = 'active'
ORDER BY sort_ar, judge_id

-- is_named --
-- Whether a judge wants to be named.
SELECT is_named FROM innovation.judges WHERE judge_id = %(judge_id)s

-- set_named --
-- A judge says so, or no longer.
UPDATE innovation.judges SET is_named = %(is_named)s WHERE judge_id = %(judge_id)s

-- export_judging --
-- Where a person judged.
SELECT hackathons.code AS hackathon, judges.state, capacity, is_named, judges.created_at
FROM innovation.judges JOIN innovation.hackathons USING (hackathon_id)
WHERE person_id = %(person_id)s ORDER BY judges.created_at

-- export_sheets --
-- And what they wrote.
SELECT title, sheets.round, sheets.state, marks, comments, remark, submitted_at
FROM innovation.sheets JOIN innovation.judges USING (judge_id) JOIN innovation.submissions USING (submission_id)
WHERE person_id = %(person_id)s ORDER BY sheets.created_at, sheet_id

-- count_judging --
-- How many rows know the person by key.
SELECT count(*) FROM innovation.judges WHERE person_id = %(person_id)s

-- erase_declarations --
-- Whom a judge is close to concerns nobody any more.
DELETE FROM innovation.declarations USING innovation.judges
WHERE declarations.judge_id = judges.judge_id AND person_id = %(person_id)s
