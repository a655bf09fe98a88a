-- lock --
-- This certificate, until the transaction ends.
SELECT FROM innovation.certificates WHERE certificate_id = %(object_id)s FOR UPDATE

-- certificate_rows --
-- Certificates as they stand.
SELECT certificate_id, short_id, kind, person_id, subject_id, occasion_ar, occasion_en, starts_on, ends_on,
       occurrence, minutes, reached, expires_at, certificates.name_ar AS names_ar, certificates.name_en AS names_en,
       certificates.state, state_reason, certificates.version, certificates.state_changed_at, number, salt, issued_at,
       credential
FROM innovation.certificates

-- certificate --
-- One of them.
-- + certificate_rows
WHERE certificate_id = %(certificate_id)s

-- by_short_id --
-- The one whose address somebody has opened.
SELECT certificate_id FROM innovation.certificates WHERE short_id = %(short_id)s

-- of_person --
-- A person's, the newest first.
-- + certificate_rows
WHERE person_id = %(person_id)s
ORDER BY created_at DESC, certificate_id
LIMIT %(rows)s

-- move --
-- Into the next state.
UPDATE innovation.certificates SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE certificate_id = %(object_id)s

-- offer --
-- A certificate; nothing if the same has been offered or issued.
INSERT INTO innovation.certificates
    (certificate_id, short_id, person_id, kind, subject_id, occurrence, occasion_ar, occasion_en, starts_on,
     ends_on, minutes, reached, expires_at, state, state_changed_at, created_at, salt)
VALUES
    (%(certificate_id)s, %(short_id)s, %(person_id)s, %(kind)s, %(subject_id)s, %(occurrence)s,
     %(occasion_ar)s, %(occasion_en)s, %(starts_on)s, %(ends_on)s, %(minutes)s, %(reached)s, %(expires_at)s,
     %(state)s, %(at)s, %(at)s, %(salt)s)
ON CONFLICT DO NOTHING

-- name --
-- How the holder spells their name.
UPDATE innovation.certificates SET name_ar = %(name_ar)s, name_en = %(name_en)s
WHERE certificate_id = %(certificate_id)s

-- seal --
-- What was signed.
UPDATE innovation.certificates SET issued_at = %(at)s, credential = %(credential)s
WHERE certificate_id = %(certificate_id)s

-- holder --
-- Whose it is.
SELECT person_id, email, language, CASE language WHEN 'ar' THEN coalesce(name_ar, name_en, '') ELSE coalesce(name_en, name_ar, '') END AS name
FROM innovation.people
WHERE person_id = %(person_id)s AND state IN ('active', 'closing') AND email_verified_at IS NOT NULL

-- term_total --
-- What was verified of an ambassador's work in a term.
SELECT count(*) AS activities, coalesce(sum(minutes), 0)::bigint AS minutes, coalesce(sum(reached), 0)::bigint AS reached
FROM innovation.reach_shares JOIN innovation.outreach_events USING (event_id)
WHERE ambassador_id = %(ambassador_id)s AND ends_at >= %(starts_at)s AND ends_at < %(ends_at)s

-- revoked --
-- The numbers of revoked certificates that stand in one list.
SELECT number FROM innovation.certificates
WHERE state = 'revoked' AND number >= %(first)s AND number < %(first)s + %(size)s
ORDER BY number

-- newest_number --
-- How far the numbers have come.
SELECT coalesce(max(number), 0) FROM innovation.certificates

-- export --
-- What is certified of a person.
SELECT short_id, kind, occasion_ar, occasion_en, starts_on, ends_on, minutes, reached, name_ar, name_en, state,
       state_reason, created_at, issued_at, expires_at, credential
FROM innovation.certificates WHERE person_id = %(person_id)s ORDER BY created_at

-- erase --
-- The name goes, and with it what could be verified.
UPDATE innovation.certificates SET
    name_ar = NULL, name_en = NULL, credential = NULL, salt = '',
    state_reason = CASE WHEN state = 'issued' THEN 'account_closed' WHEN state = 'offered' THEN 'declined'
                        ELSE state_reason END,
    state = CASE WHEN state = 'issued' THEN 'revoked' WHEN state = 'offered' THEN 'withdrawn' ELSE state END
WHERE person_id = %(person_id)s

-- due --
-- Who is due a certificate of a hackathon with final results and has none: judges who judged; of teams that stayed to
-- the end the winners of each track, those whose work was judged, and the others.
WITH final AS (
    SELECT result_set_id FROM innovation.result_sets
    WHERE hackathon_id = %(hackathon_id)s AND released_at IS NOT NULL
    ORDER BY number DESC LIMIT 1
), judged AS (
    SELECT team_id, submission_id FROM innovation.submissions
    WHERE hackathon_id = %(hackathon_id)s AND state IN ('eligible', 'finalist', 'not_selected')
), won AS (
    SELECT DISTINCT team_id FROM innovation.placings JOIN final USING (result_set_id) JOIN judged USING (submission_id)
    WHERE place = 1
), worked AS (
    SELECT person_id, team_id,
           CASE WHEN team_id IN (SELECT team_id FROM won) THEN 'winner'
                WHEN team_id IN (SELECT team_id FROM judged) THEN 'team_member'
                ELSE 'participant' END AS kind
    FROM innovation.team_members JOIN innovation.teams USING (team_id)
    WHERE teams.hackathon_id = %(hackathon_id)s AND teams.state = 'locked' AND team_members.state = 'member'
      AND team_id <> ALL (%(hidden)s::uuid[])
), due AS (
    SELECT person_id, kind FROM worked
    UNION
    SELECT person_id, 'judge' FROM innovation.judges JOIN innovation.sheets USING (judge_id)
    WHERE judges.hackathon_id = %(hackathon_id)s AND sheets.state IN ('submitted', 'locked')
)
SELECT kind, person_id FROM due JOIN innovation.people USING (person_id)
WHERE people.state IN ('active', 'closing') AND email_verified_at IS NOT NULL
  AND person_id IS DISTINCT FROM %(actor)s
  AND NOT EXISTS (
      SELECT FROM innovation.certificates AS own
      WHERE own.person_id = due.person_id AND own.kind = due.kind AND own.subject_id = %(hackathon_id)s)
ORDER BY kind, person_id

-- tally --
-- How many certificates of a hackathon there are, by kind and state.
SELECT kind, state, count(*) FROM innovation.certificates
WHERE subject_id = %(hackathon_id)s AND person_id <> ALL (%(hidden)s::uuid[])
GROUP BY kind, state

-- desk --
-- Certificates of these kinds, of one hackathon or of all, under the names of their holders' accounts.
SELECT certificate_id, short_id, person_id, people.name_ar, people.name_en, people.search_text, kind, occasion_ar, occasion_en,
       certificates.state, certificates.version, certificates.state_changed_at, certificates.created_at
FROM innovation.certificates LEFT JOIN innovation.people USING (person_id)
WHERE kind = ANY (%(kinds)s::text[])
  AND (%(hackathon_id)s::uuid IS NULL OR subject_id = %(hackathon_id)s)
  AND certificates.person_id <> ALL (%(hidden)s::uuid[])

-- terms_due --
-- Newest terms of ambassadors with verified work that are not certified.
SELECT ambassador_id, person_id, name_ar AS names_ar, name_en AS names_en, ambassadors.governorate, term,
       term_ends_at AS ends_at, count(*) AS activities, sum(minutes)::bigint AS minutes, sum(reached)::bigint AS reached
FROM innovation.ambassadors JOIN innovation.people USING (person_id)
JOIN innovation.reach_shares USING (ambassador_id) JOIN innovation.outreach_events USING (event_id)
WHERE ends_at >= term_starts_at AND ends_at < term_ends_at AND ambassadors.state NOT IN ('removed', 'suspended')
  AND people.state IN ('active', 'closing') AND email_verified_at IS NOT NULL
  AND person_id IS DISTINCT FROM %(actor)s
  AND NOT EXISTS (
      SELECT FROM innovation.certificates
      WHERE kind = 'ambassador' AND subject_id = ambassador_id AND occurrence = term
        AND certificates.person_id = ambassadors.person_id)
GROUP BY ambassador_id, people.person_id
ORDER BY term_ends_at, ambassador_id
LIMIT %(rows)s

-- judged_by --
-- Hackathons in which a person judges, or is asked to.
SELECT hackathon_id FROM innovation.judges WHERE person_id = %(person_id)s AND state IN ('invited', 'accepted')

-- people_of_teams --
-- Who belongs to these teams.
SELECT person_id FROM innovation.team_members
WHERE team_id = ANY (%(teams)s::uuid[]) AND state = 'member' AND person_id IS NOT NULL
