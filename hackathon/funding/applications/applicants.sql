-- lock_applicant --
-- For a step of it: first the application, so that two do not take its last place.
SELECT FROM innovation.applicants JOIN innovation.applications USING (application_id)
WHERE applicant_id = %(object_id)s FOR UPDATE

-- applicant_rows --
-- Applicants as they stand.
SELECT applicant_id, application_id, person_id, email, is_lead, state, version, created_at
FROM innovation.applicants

-- applicant --
-- One of them.
-- + applicant_rows
WHERE applicant_id = %(applicant_id)s

-- applicants --
-- Who applies or is invited: the lead first, then as they came.
-- + applicant_rows
WHERE application_id = %(application_id)s AND state IN ('invited', 'member')
ORDER BY is_lead DESC, created_at, applicant_id

-- applicant_surroundings --
-- What its guards ask about the application, and the others of the person in the same call.
SELECT applications.state,
       (SELECT count(*) FROM innovation.applicants AS own
        WHERE own.application_id = mine.application_id AND own.state = 'member'),
       (SELECT count(*) FROM innovation.applicants AS other
        JOIN innovation.applications AS others ON others.application_id = other.application_id
        WHERE others.call_id = applications.call_id AND other.person_id = %(person_id)s AND other.state = 'member'
          AND others.application_id <> mine.application_id AND others.state <> ALL (%(over)s::text[]))
FROM innovation.applicants AS mine JOIN innovation.applications USING (application_id)
WHERE applicant_id = %(applicant_id)s

-- move_applicant --
-- A step of it. An answered invitation has no address any more.
UPDATE innovation.applicants SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    email = CASE WHEN %(target)s = 'invited' THEN email END,
    email_key = CASE WHEN %(target)s = 'invited' THEN email_key END,
    joined_at = CASE WHEN %(target)s = 'member' THEN %(at)s ELSE joined_at END,
    ended_at = CASE WHEN %(target)s IN ('left', 'removed') THEN %(at)s ELSE ended_at END,
    is_lead = is_lead AND %(target)s = 'member'
WHERE applicant_id = %(object_id)s

-- due_applicants --
-- Invitations that nobody has answered in time.
SELECT applicant_id FROM innovation.applicants JOIN innovation.deadlines ON object_id = applicant_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND applicant_id > %(after)s
ORDER BY applicant_id
LIMIT %(rows)s
FOR UPDATE OF applicants SKIP LOCKED

-- store_applicant --
-- Before its first step; it is gone with the transaction if that is refused.
INSERT INTO innovation.applicants
    (applicant_id, application_id, person_id, email, email_key, is_lead, state, state_changed_at, created_at)
VALUES
    (%(applicant_id)s, %(application_id)s, %(person_id)s, %(address_written)s, %(address_key)s, %(is_lead)s,
     %(state)s, %(at)s, %(at)s)

-- bind_applicant --
-- Whose invitation it turned out to be.
UPDATE innovation.applicants SET person_id = %(person_id)s WHERE applicant_id = %(applicant_id)s

-- is_invited --
-- Whether an invitation was sent to the confirmed address of this person.
SELECT EXISTS (
    SELECT FROM innovation.applicants JOIN innovation.people USING (email_key)
    WHERE applicant_id = %(applicant_id)s AND applicants.state = 'invited'
      AND people.person_id = %(person_id)s AND people.email_verified_at IS NOT NULL)

-- is_known --
-- Whether the person applies with it, or the address is invited or that of somebody who does.
SELECT EXISTS (
    SELECT FROM innovation.applicants LEFT JOIN innovation.people USING (person_id)
    WHERE application_id = %(application_id)s
      AND ((person_id = %(person_id)s AND applicants.state = 'member')
           OR (applicants.email_key = %(email_key)s AND applicants.state = 'invited')))

-- count_invited --
-- Invitations of an application that wait.
SELECT count(*) FROM innovation.applicants WHERE application_id = %(application_id)s AND state = 'invited'

-- invitations --
-- Invitations that wait for the answer of a person.
-- + applicant_rows
WHERE state = 'invited' AND email_key = (SELECT email_key FROM innovation.people
                                         WHERE person_id = %(person_id)s AND email_verified_at IS NOT NULL)
ORDER BY created_at, applicant_id

-- recipients --
-- Those who apply and can be written to.
SELECT person_id, people.email, people.language,
       CASE people.language WHEN 'ar' THEN coalesce(name_ar, name_en) ELSE coalesce(name_en, name_ar) END AS name
FROM innovation.applicants JOIN innovation.people USING (person_id)
WHERE application_id = %(application_id)s AND applicants.state = 'member' AND people.state = 'active'
  AND people.email IS NOT NULL
ORDER BY is_lead DESC, joined_at, applicant_id

-- admins --
-- Those who look after the organisation on whose behalf something was handed in, without applying themselves.
SELECT person_id, people.email, people.language,
       CASE people.language WHEN 'ar' THEN coalesce(people.name_ar, people.name_en)
            ELSE coalesce(people.name_en, people.name_ar) END AS name
FROM innovation.applications JOIN innovation.memberships USING (organisation_id) JOIN innovation.people USING (person_id)
WHERE application_id = %(application_id)s AND versions > 0 AND memberships.state = 'member' AND is_admin
  AND people.state = 'active'
  AND people.email IS NOT NULL
  AND NOT EXISTS (SELECT FROM innovation.applicants AS own
                  WHERE own.application_id = applications.application_id AND own.person_id = people.person_id
                    AND own.state = 'member')
ORDER BY person_id

-- drop_lead --
-- Nobody leads for a moment.
UPDATE innovation.applicants SET is_lead = false WHERE application_id = %(application_id)s AND is_lead

-- make_lead --
-- And this one does.
UPDATE innovation.applicants SET is_lead = true WHERE applicant_id = %(applicant_id)s AND state = 'member'
