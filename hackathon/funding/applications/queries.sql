-- lock --
-- This application, until the transaction ends.
SELECT FROM innovation.applications WHERE application_id = %(object_id)s FOR UPDATE

-- application_rows --
-- Applications with what is being written in their round.
SELECT application_id, call_id, reference, applications.state, applications.state_reason, applications.version,
       applications.state_changed_at, applications.created_at, round, submission_id, title, summary,
       coalesce(answers -> round::text, '{}') AS answers, confirmed, amount_minor, organisation_id, governorate, language,
       versions, encode(frozen_digest, 'hex') AS frozen_digest, late_until, clock_stopped_at, stopped_seconds
FROM innovation.applications

-- some --
-- Some applications.
-- + application_rows
WHERE application_id = ANY (%(applications)s::uuid[])

-- standing --
-- What the guards of some ask about each and about those who look: whether late access and an answer are there, how many reviews of
-- its round are waited for and how many are in, whether an appeal is there, whether the actor applies with it, and
-- whether the actor has decided what is appealed against.
SELECT application_id, late_until IS NOT NULL,
       NOT EXISTS (SELECT FROM innovation.application_questions AS asked
                   WHERE asked.application_id = applications.application_id AND answered_at IS NULL),
       counted.waiting, counted.handed_in,
       EXISTS (SELECT FROM innovation.application_appeals AS filed
               WHERE filed.application_id = applications.application_id),
       EXISTS (SELECT FROM innovation.applicants AS own
               WHERE own.application_id = applications.application_id AND own.person_id = %(person_id)s
                 AND own.state = 'member'),
       EXISTS (SELECT FROM innovation.decisions
               WHERE machine = %(machine)s AND object_id = applications.application_id AND released_at IS NOT NULL
                 AND prepared_event = 'reject' AND %(person_id)s IN (prepared_by, released_by))
FROM innovation.applications
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state NOT IN ('submitted', 'locked', 'recused')) AS waiting,
           count(*) FILTER (WHERE state IN ('submitted', 'locked')) AS handed_in
    FROM innovation.reviews AS own
    WHERE own.application_id = applications.application_id AND own.round = applications.round) AS counted
WHERE application_id = ANY (%(applications)s::uuid[])

-- spoken_for --
-- Those of some whose lead belongs to the organisation on whose behalf it is.
SELECT application_id FROM innovation.applications
WHERE application_id = ANY (%(applications)s::uuid[]) AND EXISTS (
    SELECT FROM innovation.applicants JOIN innovation.memberships USING (person_id)
    WHERE applicants.application_id = applications.application_id AND is_lead AND applicants.state = 'member'
      AND memberships.organisation_id = applications.organisation_id AND memberships.state = 'member')

-- hidden --
-- Applications of a call that do not exist for a person who decides about others: those of an organisation that
-- the person belongs to, without being one of those who apply.
SELECT application_id FROM innovation.applications JOIN innovation.memberships USING (organisation_id)
WHERE call_id = %(call_id)s AND memberships.person_id = %(person_id)s AND memberships.state = 'member'
  AND NOT EXISTS (SELECT FROM innovation.applicants AS own
                  WHERE own.application_id = applications.application_id AND own.person_id = %(person_id)s
                    AND own.state = 'member')

-- own_of_call --
-- Applications of a call that a person applies with.
SELECT application_id FROM innovation.applicants JOIN innovation.applications USING (application_id)
WHERE call_id = %(call_id)s AND person_id = %(person_id)s AND applicants.state = 'member'

-- move --
-- Into the next state. At a close what was handed in last counts, is frozen, and is what is shown; an invitation opens
-- the second round, with the deadline of all again; while a question waits, the clock stands still.
UPDATE innovation.applications AS own SET
    state = %(target)s, state_reason = %(reason)s, version = own.version + 1, state_changed_at = %(at)s,
    round = CASE WHEN %(target)s = 'invited' THEN 2 ELSE own.round END,
    late_until = CASE WHEN %(target)s = 'invited' AND own.round = 1 THEN NULL ELSE own.late_until END,
    (title, summary, answers, confirmed, amount_minor, organisation_id, governorate, language, frozen_digest) = (
        SELECT CASE WHEN number IS NULL THEN own.title ELSE content ->> 'title' END,
               CASE WHEN number IS NULL THEN own.summary ELSE content ->> 'summary' END,
               CASE WHEN number IS NULL THEN own.answers
                    ELSE own.answers || jsonb_build_object(counts.round::text, content -> 'answers') END,
               CASE WHEN number IS NULL THEN own.confirmed
                    ELSE ARRAY(SELECT jsonb_array_elements_text(content -> 'confirmed')) END,
               CASE WHEN number IS NULL THEN own.amount_minor ELSE (content ->> 'amount_minor')::bigint END,
               CASE WHEN number IS NULL THEN own.organisation_id ELSE (content ->> 'organisation')::uuid END,
               CASE WHEN number IS NULL THEN own.governorate ELSE content ->> 'governorate' END,
               CASE WHEN number IS NULL THEN own.language ELSE content ->> 'language' END,
               CASE WHEN number IS NULL THEN own.frozen_digest ELSE digest END
        FROM (VALUES (own.application_id)) AS one (application_id)
        LEFT JOIN innovation.application_versions AS counts
            ON counts.application_id = one.application_id AND number = own.versions AND %(target)s = 'screening'),
    stopped_seconds = CASE WHEN own.clock_stopped_at IS NULL THEN own.stopped_seconds ELSE
        own.stopped_seconds + greatest(0, extract(epoch FROM %(at)s::timestamptz - own.clock_stopped_at))::bigint END,
    clock_stopped_at = CASE WHEN %(target)s = 'more_info' THEN %(at)s::timestamptz END
WHERE application_id = %(object_id)s

-- due --
-- What the clock moves on: by the deadlines of the call, by those of a late access, or when an answer was due.
SELECT application_id FROM innovation.applications
JOIN innovation.deadlines ON object_id = CASE
    WHEN state = 'more_info' OR late_until IS NOT NULL THEN application_id ELSE call_id END
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND application_id > %(after)s
ORDER BY application_id
LIMIT %(rows)s
FOR UPDATE OF applications SKIP LOCKED

-- create --
-- A draft.
INSERT INTO innovation.applications
    (application_id, call_id, state, state_changed_at, created_at, reference, submission_id, governorate, language,
     title, summary)
VALUES
    (%(application_id)s, %(call_id)s, %(state)s, %(at)s, %(at)s, %(reference)s, %(submission_id)s, %(governorate)s,
     %(language)s, %(title)s, %(summary)s)

-- write --
-- What is worked on, in its round.
UPDATE innovation.applications SET
    version = version + 1, title = %(title)s, summary = %(summary)s, confirmed = %(confirmed)s,
    answers = answers || jsonb_build_object(round::text, %(answers)s::jsonb), amount_minor = %(amount_minor)s,
    organisation_id = %(organisation_id)s, governorate = %(governorate)s, language = %(language)s
WHERE application_id = %(application_id)s

-- touch --
-- Its files have changed.
UPDATE innovation.applications SET version = version + 1 WHERE application_id = %(application_id)s

-- add_change --
-- Who wrote what.
INSERT INTO innovation.application_changes (application_id, person_id, at, version, field, before, after)
VALUES (%(application_id)s, %(person_id)s, %(at)s, %(version)s, %(field)s, %(before)s, %(after)s)

-- changes --
-- What was changed, the newest first.
SELECT change_id, person_id, at, version, field, before, after FROM innovation.application_changes
WHERE application_id = %(application_id)s AND (%(before_id)s::bigint IS NULL OR change_id < %(before_id)s)
ORDER BY change_id DESC LIMIT %(rows)s

-- changes_since --
-- What was changed after a version, as it happened.
SELECT change_id, person_id, at, version, field, before, after FROM innovation.application_changes
WHERE application_id = %(application_id)s AND version > %(version)s ORDER BY change_id

-- add_version --
-- What was handed in.
INSERT INTO innovation.application_versions (application_id, number, round, content, digest, submitted_at)
VALUES (%(application_id)s, %(number)s, %(round)s, %(content)s, %(digest)s, %(at)s)

-- count_version --
-- It is the newest.
UPDATE innovation.applications SET versions = %(number)s WHERE application_id = %(application_id)s

-- versions --
-- All that was handed in, the newest first.
SELECT number, content, encode(digest, 'hex'), submitted_at FROM innovation.application_versions
WHERE application_id = %(application_id)s ORDER BY number DESC

-- latest_version --
-- The newest that was handed in.
SELECT number, content, encode(digest, 'hex'), submitted_at FROM innovation.application_versions
WHERE application_id = %(application_id)s ORDER BY number DESC LIMIT 1

-- add_file --
-- A file of what is being written.
INSERT INTO innovation.application_files
    (file_id, application_id, name, media_type, size_bytes, digest, added_at)
VALUES
    (%(file_id)s, %(application_id)s, %(name)s, %(media_type)s, %(size_bytes)s, decode(%(digest)s, 'hex'), %(at)s)

-- files --
-- The files of what is being written, as they came.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest FROM innovation.application_files
WHERE application_id = %(application_id)s AND removed_at IS NULL ORDER BY added_at, file_id

-- remove_file --
-- No longer of what is being written; versions that have it keep it.
UPDATE innovation.application_files SET removed_at = %(at)s
WHERE file_id = %(file_id)s AND application_id = %(application_id)s AND removed_at IS NULL

-- file --
-- One file, also one that only versions have.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest FROM innovation.application_files
WHERE file_id = %(file_id)s AND application_id = %(application_id)s

-- add_question --
-- The programme asks.
INSERT INTO innovation.application_questions (question_id, application_id, question, asked_at, asked_by, due_at)
VALUES (%(question_id)s, %(application_id)s, %(question)s, %(at)s, %(person_id)s, %(due_at)s)

-- questions --
-- What was asked and answered, as it went.
SELECT question_id, application_id, question, asked_at, due_at, answer, answered_at
FROM innovation.application_questions WHERE application_id = %(application_id)s ORDER BY asked_at, question_id

-- answer_question --
-- What waits for an answer has it.
UPDATE innovation.application_questions SET answer = %(text)s, answered_at = %(at)s, answered_by = %(person_id)s
WHERE application_id = %(application_id)s AND answered_at IS NULL

-- add_appeal --
-- Why a rejection is thought to be wrong, once.
INSERT INTO innovation.application_appeals (application_id, text, filed_at, filed_by)
VALUES (%(application_id)s, %(text)s, %(at)s, %(person_id)s)

-- appeal --
-- The appeal of an application.
SELECT application_id, text, filed_at, answer, answered_at FROM innovation.application_appeals
WHERE application_id = %(application_id)s

-- answer_appeal --
-- What is answered to it.
UPDATE innovation.application_appeals SET answer = %(text)s, answered_at = %(at)s, answered_by = %(person_id)s
WHERE application_id = %(application_id)s

-- add_late_code --
-- A code for late access to a call.
INSERT INTO innovation.application_late_codes (late_code_id, call_id, code_digest, until, created_at)
VALUES (%(late_code_id)s, %(call_id)s, %(digest)s, %(until)s, %(at)s)

-- use_late_code --
-- It counts once, and not after its end.
UPDATE innovation.application_late_codes SET used_at = %(at)s, application_id = %(application_id)s
WHERE code_digest = %(digest)s AND call_id = %(call_id)s AND used_at IS NULL AND until > %(at)s
RETURNING until

-- late_codes --
-- The codes of a call, the newest first; what they are is known to whom they were given.
SELECT late_code_id, until, created_at, used_at, application_id FROM innovation.application_late_codes
WHERE call_id = %(call_id)s ORDER BY created_at DESC, late_code_id LIMIT %(rows)s

-- set_late --
-- From now on it follows a deadline of its own.
UPDATE innovation.applications SET late_until = %(until)s WHERE application_id = %(application_id)s

-- of_person --
-- Applications that a person applies with, the newest first.
-- + application_rows
JOIN innovation.applicants USING (application_id)
WHERE person_id = %(person_id)s AND applicants.state = 'member'
ORDER BY applications.created_at DESC, application_id LIMIT %(rows)s

-- desk --
-- What was handed in for a call, without the hidden ones.
SELECT application_id, call_id, reference, title, state, version, state_changed_at, late_until, search_text
FROM innovation.applications
WHERE call_id = %(call_id)s AND versions > 0 AND application_id <> ALL (%(hidden)s::uuid[])

-- list --
-- Applications of a call with a reference, title or summary like the words, without the hidden ones and what was
-- never handed in.
-- + application_rows
WHERE call_id = %(call_id)s AND versions > 0 AND search_text LIKE %(pattern)s
  AND application_id <> ALL (%(hidden)s::uuid[])
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(after)s::uuid IS NULL OR application_id > %(after)s)
ORDER BY application_id
LIMIT %(rows)s

-- count --
-- How many there are by state, drafts too, without the hidden ones.
SELECT state, count(*) FROM innovation.applications
WHERE call_id = %(call_id)s AND application_id <> ALL (%(hidden)s::uuid[])
GROUP BY state

-- prepared --
-- What was decided about applications of a call by these events and not told, of one or of all without the hidden ones.
SELECT decision_id AS prepared_id, object_id, prepared_event AS event, reason, seen_version, prepared_by, prepared_at, reference, title
FROM innovation.decisions JOIN innovation.applications ON application_id = object_id
WHERE machine = %(machine)s AND call_id = %(call_id)s AND prepared_event = ANY (%(events)s::text[])
  AND application_id <> ALL (%(hidden)s::uuid[]) AND released_at IS NULL AND withdrawn_at IS NULL
  AND (%(application_id)s::uuid IS NULL OR application_id = %(application_id)s)
ORDER BY prepared_event, reference

-- due_reminders --
-- Drafts whose close is so many days away, or fewer, and not yet the next reminder's; once for that instant, and not
-- where writing began later than that.
SELECT application_id, instant
FROM innovation.applications
JOIN innovation.deadlines ON object_id = CASE
    WHEN late_until IS NOT NULL THEN application_id ELSE call_id END
WHERE state = %(state)s AND deadlines.name = %(deadline)s
  AND instant <= %(at)s + %(days)s * interval '1 day' AND instant > %(at)s + %(next_days)s * interval '1 day'
  AND state_changed_at + %(days)s * interval '1 day' < instant
  AND NOT EXISTS (
      SELECT FROM public.failures
      WHERE job = %(job)s AND subject = application_id::text AND due_at > %(at)s)
  AND NOT EXISTS (
      SELECT FROM innovation.application_reminders AS sent
      WHERE sent.application_id = applications.application_id
        AND sent.name = %(deadline)s || ' ' || to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                        || ' ' || %(days)s::text)
ORDER BY application_id
LIMIT %(rows)s
FOR UPDATE OF applications SKIP LOCKED

-- add_reminder --
-- It was reminded of this instant.
INSERT INTO innovation.application_reminders (application_id, name, sent_at)
VALUES (%(application_id)s,
        %(deadline)s || ' ' || to_char(%(instant)s::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || ' ' || %(days)s::text, %(at)s)

-- called --
-- What is applied for, or its reference while it has no title.
SELECT coalesce(nullif(title, ''), reference), coalesce(nullif(title, ''), reference)
FROM innovation.applications WHERE application_id = %(object_id)s
