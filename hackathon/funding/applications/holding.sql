-- export_applications --
-- What a person applies with, as it is written; of what the person has left, that there is one.
SELECT reference, calls.code AS call, applications.state, applications.state_reason, is_lead,
       applicants.state AS taking_part, applications.created_at, joined_at, ended_at, applications.round,
       CASE applicants.state WHEN 'member' THEN title END AS title,
       CASE applicants.state WHEN 'member' THEN summary END AS summary,
       CASE applicants.state WHEN 'member' THEN answers END AS answers,
       CASE applicants.state WHEN 'member' THEN confirmed END AS confirmed,
       CASE applicants.state WHEN 'member' THEN amount_minor END AS amount_minor, currency, governorate, language
FROM innovation.applicants JOIN innovation.applications USING (application_id)
JOIN innovation.calls ON calls.call_id = applications.call_id
WHERE person_id = %(person_id)s AND applicants.state IN ('member', 'left', 'removed')
ORDER BY applications.created_at, application_id

-- export_versions --
-- What was handed in with it.
SELECT reference, number, application_versions.round, encode(digest, 'hex') AS sha256, submitted_at, content
FROM innovation.applicants JOIN innovation.applications USING (application_id)
JOIN innovation.application_versions USING (application_id)
WHERE person_id = %(person_id)s AND applicants.state = 'member'
ORDER BY application_id, number

-- export_changes --
-- What the person wrote in it.
SELECT reference, at, field, before, after
FROM innovation.application_changes JOIN innovation.applications USING (application_id)
WHERE person_id = %(person_id)s ORDER BY change_id

-- export_questions --
-- What the person asked or answered.
SELECT reference, question, asked_at, due_at, answer, answered_at
FROM innovation.application_questions JOIN innovation.applications USING (application_id)
WHERE %(person_id)s IN (asked_by, answered_by) ORDER BY asked_at

-- export_appeals --
-- Appeals that the person filed or answered.
SELECT reference, text, filed_at, answer, answered_at
FROM innovation.application_appeals JOIN innovation.applications USING (application_id)
WHERE %(person_id)s IN (filed_by, answered_by) ORDER BY filed_at

-- export_files --
-- The files of all that the person applies with.
SELECT reference, file_id, name, encode(digest, 'hex')
FROM innovation.applicants JOIN innovation.applications USING (application_id)
JOIN innovation.application_files USING (application_id)
WHERE person_id = %(person_id)s AND applicants.state = 'member' ORDER BY application_id, added_at, file_id

-- erase_files --
-- Files of what only this person wrote and nobody was handed.
DELETE FROM innovation.application_files USING innovation.applications
WHERE applications.application_id = application_files.application_id AND versions = 0
  AND EXISTS (SELECT FROM innovation.applicants AS own
              WHERE own.application_id = applications.application_id AND person_id = %(person_id)s AND is_lead)
  AND NOT EXISTS (SELECT FROM innovation.applicants AS other
                  WHERE other.application_id = applications.application_id AND state = 'member'
                    AND person_id <> %(person_id)s)

-- erase_own_changes --
-- Its trail.
DELETE FROM innovation.application_changes USING innovation.applications
WHERE applications.application_id = application_changes.application_id AND versions = 0
  AND EXISTS (SELECT FROM innovation.applicants AS own
              WHERE own.application_id = applications.application_id AND person_id = %(person_id)s AND is_lead)
  AND NOT EXISTS (SELECT FROM innovation.applicants AS other
                  WHERE other.application_id = applications.application_id AND state = 'member'
                    AND person_id <> %(person_id)s)

-- erase_drafts --
-- Its text; that somebody began is counted still.
UPDATE innovation.applications SET
    title = '', summary = '', answers = '{}', confirmed = '{}', amount_minor = NULL, organisation_id = NULL
WHERE versions = 0
  AND EXISTS (SELECT FROM innovation.applicants AS own
              WHERE own.application_id = applications.application_id AND person_id = %(person_id)s AND is_lead)
  AND NOT EXISTS (SELECT FROM innovation.applicants AS other
                  WHERE other.application_id = applications.application_id AND state = 'member'
                    AND person_id <> %(person_id)s)

-- erase_changes --
-- What was written with others stays, by nobody.
UPDATE innovation.application_changes SET person_id = NULL WHERE person_id = %(person_id)s

-- erase_questions --
-- Asked and answered by nobody.
UPDATE innovation.application_questions SET
    asked_by = nullif(asked_by, %(person_id)s), answered_by = nullif(answered_by, %(person_id)s)
WHERE %(person_id)s IN (asked_by, answered_by)

-- erase_appeals --
-- Filed and answered by nobody.
UPDATE innovation.application_appeals SET
    filed_by = nullif(filed_by, %(person_id)s), answered_by = nullif(answered_by, %(person_id)s)
WHERE %(person_id)s IN (filed_by, answered_by)

-- erase_invitations --
-- Invitations to the person's address.
DELETE FROM innovation.applicants
WHERE state = 'invited' AND email_key = (SELECT email_key FROM innovation.people WHERE person_id = %(person_id)s)

-- end_applicants --
-- That somebody applied stays with the application, by key alone.
UPDATE innovation.applicants SET
    state = CASE state WHEN 'member' THEN 'left' ELSE state END,
    state_reason = CASE state WHEN 'member' THEN 'by_person' ELSE state_reason END,
    ended_at = CASE state WHEN 'member' THEN coalesce(ended_at, now()) ELSE ended_at END,
    is_lead = false, email = NULL, email_key = NULL
WHERE person_id = %(person_id)s

-- leads --
-- Whether the person leads what is in the hands of the programme, or a draft of others.
SELECT EXISTS (
    SELECT FROM innovation.applicants AS own JOIN innovation.applications USING (application_id)
    WHERE own.person_id = %(person_id)s AND own.state = 'member' AND is_lead
      AND (applications.state = ANY (%(under_review)s::text[])
           OR (applications.state = 'draft'
               AND EXISTS (SELECT FROM innovation.applicants AS other
                           WHERE other.application_id = own.application_id AND other.state = 'member'
                             AND other.applicant_id <> own.applicant_id))))

-- named_files --
-- Which of these digests are those of files of applications.
SELECT encode(digest, 'hex') FROM innovation.application_files WHERE digest = ANY (%(digests)s::bytea[])
