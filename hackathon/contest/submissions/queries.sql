-- lock --
-- This submission, until the transaction ends.
SELECT FROM innovation.submissions WHERE submission_id = %(object_id)s FOR UPDATE

-- submission_rows --
-- Submissions, and how their teams and hackathons stand.
SELECT submission_id, submissions.hackathon_id, team_id, teams.challenge_id, submissions.state,
       submissions.state_reason, submissions.version, submissions.state_changed_at, title, summary, answers, versions,
       encode(frozen_digest, 'hex') AS frozen_digest, late_until, teams.state AS team_state, teams.name AS team_name,
       hackathons.state AS hackathon_state
FROM innovation.submissions JOIN innovation.teams USING (team_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = submissions.hackathon_id

-- some --
-- Some of them.
-- + submission_rows
WHERE submission_id = ANY (%(submissions)s)

-- next_round --
-- Whether a round of judging follows the first, and has not begun.
SELECT rounds > greatest(round, 1) FROM innovation.hackathons WHERE hackathon_id = %(hackathon_id)s

-- of_team --
-- The submission of a team.
SELECT submission_id FROM innovation.submissions WHERE team_id = %(team_id)s

-- team --
-- Whose it would be: hackathon and state of a team, held.
SELECT hackathon_id, state FROM innovation.teams WHERE team_id = %(team_id)s FOR UPDATE

-- move --
-- Into the next state; what was handed in last is what is frozen, and what is in the contest.
UPDATE innovation.submissions SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    frozen_digest = CASE WHEN %(target)s = 'frozen' THEN
        (SELECT digest FROM innovation.submission_versions AS own
         WHERE own.submission_id = submissions.submission_id AND number = versions)
        WHEN %(target)s IN ('draft', 'reopened') THEN NULL ELSE frozen_digest END,
    (title, summary, answers) = (
        SELECT coalesce(max(content ->> 'title'), title), coalesce(max(content ->> 'summary'), summary),
               coalesce(max((content -> 'answers')::text)::jsonb, answers)
        FROM innovation.submission_versions AS own
        WHERE own.submission_id = submissions.submission_id AND number = versions AND %(target)s = 'eligible')
WHERE submission_id = %(object_id)s

-- due --
-- What the clock moves on: by the deadlines of the hackathon, or by those of a late access.
SELECT submission_id FROM innovation.submissions
JOIN innovation.deadlines ON object_id = CASE WHEN late_until IS NULL THEN hackathon_id ELSE submission_id END
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND submission_id > %(after)s
ORDER BY submission_id
LIMIT %(rows)s
FOR UPDATE OF submissions SKIP LOCKED

-- create --
-- A draft, unless the team has one.
INSERT INTO innovation.submissions
    (submission_id, hackathon_id, team_id, state, state_changed_at, created_at, title, summary, answers)
VALUES
    (%(submission_id)s, %(hackathon_id)s, %(team_id)s, %(state)s, %(at)s, %(at)s, '', '', '{}')
ON CONFLICT (team_id) DO NOTHING

-- write --
-- What its team works on.
UPDATE innovation.submissions SET
    version = version + 1, written_version = version + 1,
    title = %(title)s, summary = %(summary)s, answers = %(answers)s
WHERE submission_id = %(submission_id)s

-- is_written_since --
-- Whether its text was written anew after this version.
SELECT written_version > %(version)s FROM innovation.submissions WHERE submission_id = %(submission_id)s

-- touch --
-- Its files have changed.
UPDATE innovation.submissions SET version = version + 1 WHERE submission_id = %(submission_id)s

-- form --
-- What a hackathon asks.
SELECT fields FROM innovation.submission_forms WHERE hackathon_id = %(hackathon_id)s

-- set_form --
-- It asks something else.
INSERT INTO innovation.submission_forms (hackathon_id, fields) VALUES (%(hackathon_id)s, %(fields)s)
ON CONFLICT (hackathon_id) DO UPDATE SET fields = EXCLUDED.fields

-- has_any --
-- Whether a team of the hackathon has begun.
SELECT EXISTS (SELECT FROM innovation.submissions WHERE hackathon_id = %(hackathon_id)s)

-- add_version --
-- What was handed in.
INSERT INTO innovation.submission_versions (submission_id, number, content, digest, submitted_at)
VALUES (%(submission_id)s, %(number)s, %(content)s, %(digest)s, %(at)s)

-- count_version --
-- It is the newest.
UPDATE innovation.submissions SET versions = %(number)s WHERE submission_id = %(submission_id)s

-- versions --
-- All that was handed in, the newest first.
SELECT number, content, encode(digest, 'hex'), submitted_at FROM innovation.submission_versions
WHERE submission_id = %(submission_id)s ORDER BY number DESC

-- version --
-- The newest that was handed in.
SELECT number, content, encode(digest, 'hex'), submitted_at FROM innovation.submission_versions
WHERE submission_id = %(submission_id)s ORDER BY number DESC LIMIT 1

-- titles --
-- What some submissions are called in the newest that was handed in.
SELECT DISTINCT ON (submission_id) submission_id, content ->> 'title' FROM innovation.submission_versions
WHERE submission_id = ANY (%(submissions)s) ORDER BY submission_id, number DESC

-- add_file --
-- A file of the draft.
INSERT INTO innovation.submission_files
    (file_id, submission_id, name, media_type, size_bytes, digest, added_at)
VALUES
    (%(file_id)s, %(submission_id)s, %(name)s, %(media_type)s, %(size_bytes)s, decode(%(digest)s, 'hex'), %(at)s)

-- files --
-- The files of the draft, as they came.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest FROM innovation.submission_files
WHERE submission_id = %(submission_id)s AND removed_at IS NULL ORDER BY added_at, file_id

-- remove_file --
-- No longer of the draft; versions that have it keep it.
UPDATE innovation.submission_files SET removed_at = %(at)s
WHERE file_id = %(file_id)s AND submission_id = %(submission_id)s AND removed_at IS NULL

-- file --
-- One file, also one that only versions have.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest FROM innovation.submission_files
WHERE file_id = %(file_id)s AND submission_id = %(submission_id)s

-- named_files --
-- Which of these digests are those of files that submissions have or had.
SELECT encode(digest, 'hex') FROM innovation.submission_files WHERE digest = ANY (%(digests)s::bytea[])

-- add_late_code --
-- A code for late access.
INSERT INTO innovation.late_codes (late_code_id, submission_id, code_digest, until, created_at)
VALUES (%(late_code_id)s, %(submission_id)s, %(digest)s, %(until)s, %(at)s)

-- use_late_code --
-- It counts once, and not after its end.
UPDATE innovation.late_codes SET used_at = %(at)s
WHERE code_digest = %(digest)s AND submission_id = %(submission_id)s AND used_at IS NULL AND until > %(at)s
RETURNING until

-- set_late --
-- From now on the submission follows a deadline of its own.
UPDATE innovation.submissions SET late_until = %(until)s WHERE submission_id = %(submission_id)s

-- list --
-- Submissions of a hackathon with their titles, summaries or teams like the words, without the hidden ones;
-- all of them, or what is public.
-- + submission_rows
WHERE submissions.hackathon_id = %(hackathon_id)s
  AND (submissions.search_text LIKE %(pattern)s OR teams.search_text LIKE %(pattern)s)
  AND team_id <> ALL (%(hidden)s::uuid[])
  AND (%(all)s OR (submissions.state = ANY (%(public)s::text[]) AND teams.state = 'locked'
                   AND hackathons.state = ANY (%(public_in)s::text[])))
  AND (%(state)s::text IS NULL OR submissions.state = %(state)s)
  AND (%(challenge_id)s::uuid IS NULL OR teams.challenge_id = %(challenge_id)s)
  AND (%(after)s::uuid IS NULL OR submission_id > %(after)s)
ORDER BY submission_id
LIMIT %(rows)s

-- desk --
-- All of a hackathon, without those of hidden teams.
SELECT submission_id, submissions.hackathon_id, submissions.team_id, submissions.title, submissions.state, submissions.version,
       submissions.state_changed_at, late_until, submissions.search_text, teams.name AS team
FROM innovation.submissions LEFT JOIN innovation.teams USING (team_id)
WHERE submissions.hackathon_id = %(hackathon_id)s AND submissions.team_id <> ALL (%(hidden)s::uuid[])

-- prepared --
-- What was decided about submissions of a hackathon and not told, without the hidden ones.
SELECT decision_id AS prepared_id, decisions.object_id, prepared_event AS event, reason, seen_version, prepared_by, prepared_at,
       title, teams.name AS team_name
FROM innovation.decisions JOIN innovation.submissions ON submission_id = decisions.object_id
JOIN innovation.teams USING (team_id)
WHERE machine = %(machine)s AND submissions.hackathon_id = %(hackathon_id)s
  AND team_id <> ALL (%(hidden)s::uuid[]) AND released_at IS NULL AND withdrawn_at IS NULL
ORDER BY prepared_event, title, submission_id

-- count --
-- How many there are by state, likewise.
SELECT submissions.state, count(*)
FROM innovation.submissions JOIN innovation.teams USING (team_id)
JOIN innovation.hackathons ON hackathons.hackathon_id = submissions.hackathon_id
WHERE submissions.hackathon_id = %(hackathon_id)s AND team_id <> ALL (%(hidden)s::uuid[])
  AND (%(all)s OR (submissions.state = ANY (%(public)s::text[]) AND teams.state = 'locked'
                   AND hackathons.state = ANY (%(public_in)s::text[])))
GROUP BY submissions.state
