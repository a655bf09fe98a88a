-- store_organisation --
-- Registered, not yet verified.
INSERT INTO innovation.organisations
    (organisation_id, kind, name_ar, name_en, state, state_changed_at, registered_by, registered_at)
VALUES
    (%(organisation_id)s, %(kind)s, %(names_ar)s, %(names_en)s, 'registered', %(registered_at)s, %(registered_by)s,
     %(registered_at)s)

-- columns --
organisation_id, kind, name_ar AS names_ar, name_en AS names_en, state, version, registered_at,
ARRAY(SELECT domain FROM innovation.organisation_domains AS own
      WHERE own.organisation_id = organisations.organisation_id ORDER BY domain) AS domains

-- some --
-- Organisations with their domains.
SELECT
    -- + columns
FROM innovation.organisations WHERE organisation_id = ANY (%(organisations)s::uuid[])

-- lock_organisation --
-- For a step of its workflow.
SELECT FROM innovation.organisations WHERE organisation_id = %(object_id)s FOR NO KEY UPDATE

-- move_organisation --
-- A step of it.
UPDATE innovation.organisations
SET state = %(target)s, reason = %(reason)s, state_changed_at = %(at)s, version = version + 1
WHERE organisation_id = %(object_id)s

-- rename_organisation --
-- Its names.
UPDATE innovation.organisations SET name_ar = %(name_ar)s, name_en = %(name_en)s
WHERE organisation_id = %(organisation_id)s

-- drop_domains --
-- To be stored anew.
DELETE FROM innovation.organisation_domains WHERE organisation_id = %(organisation_id)s

-- store_domains --
-- Where its people have their addresses.
INSERT INTO innovation.organisation_domains (organisation_id, domain)
SELECT %(organisation_id)s, domain FROM unnest(%(domains)s::text[]) AS domain
ON CONFLICT DO NOTHING

-- count_registered --
-- Organisations that a person has registered and nobody has looked at.
SELECT count(*) FROM innovation.organisations WHERE registered_by = %(person_id)s AND state = 'registered'

-- suggested --
-- Verified organisations whose people have addresses like this person's, and where the person is not yet.
SELECT organisation_id, kind, name_ar AS names_ar, name_en AS names_en, state, version, registered_at,
       ARRAY[domain] AS domains
FROM innovation.organisations JOIN innovation.organisation_domains USING (organisation_id)
WHERE state = 'verified'
  AND domain = (SELECT split_part(email_key, '@', 2) FROM innovation.people
                WHERE person_id = %(person_id)s AND email_verified_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM innovation.memberships
                  WHERE memberships.organisation_id = organisations.organisation_id
                    AND memberships.person_id = %(person_id)s AND memberships.state IN ('requested', 'member'))
ORDER BY sort_en, organisation_id
LIMIT %(rows)s

-- search_ar --
-- Organisations by name in Arabic, or whose name has the words; of one state if it is given.
SELECT sort_ar AS place_sort, organisation_id AS place_object_id,
    -- + columns
FROM innovation.organisations
WHERE search_text LIKE %(pattern)s AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(after_sort)s::text IS NULL OR (sort_ar, organisation_id) > (%(after_sort)s, %(after_id)s))
ORDER BY sort_ar, organisation_id
LIMIT %(rows)s

-- search_en --
-- The same by name in English.
SELECT sort_en AS place_sort, organisation_id AS place_object_id,
    -- + columns
FROM innovation.organisations
WHERE search_text LIKE %(pattern)s AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(after_sort)s::text IS NULL OR (sort_en, organisation_id) > (%(after_sort)s, %(after_id)s))
ORDER BY sort_en, organisation_id
LIMIT %(rows)s

-- desk --
-- All of them, for those who verify them.
SELECT organisation_id, name_ar, name_en, kind, state, version, state_changed_at, search_text, sort_ar, sort_en
FROM innovation.organisations

-- store_membership --
-- Before its first step; it is gone with the transaction if that is refused.
INSERT INTO innovation.memberships
    (membership_id, organisation_id, person_id, email, email_key, is_admin, state, state_changed_at, invited_by,
     created_at)
VALUES
    (%(membership_id)s, %(organisation_id)s, %(person_id)s, %(address_written)s, %(address_key)s,
     %(is_admin)s, 'new', %(at)s, %(invited_by)s, %(at)s)

-- membership_rows --
-- Memberships as they stand.
SELECT membership_id, organisation_id, person_id, email, is_admin, state, version, created_at
FROM innovation.memberships

-- membership --
-- One of them.
-- + membership_rows
WHERE membership_id = %(membership_id)s

-- lock_membership --
-- For a step of its workflow, with its organisation, so that two admins do not leave at once.
SELECT FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
WHERE membership_id = %(object_id)s FOR NO KEY UPDATE

-- move_membership --
-- A step of it. An answered invitation has no address any more, and who belongs no longer speaks for nobody.
UPDATE innovation.memberships
SET state = %(target)s, reason = %(reason)s, state_changed_at = %(at)s, version = version + 1,
    email = CASE WHEN %(target)s = 'invited' THEN email END,
    email_key = CASE WHEN %(target)s = 'invited' THEN email_key END,
    is_admin = is_admin AND %(target)s IN ('invited', 'member')
WHERE membership_id = %(object_id)s

-- due_memberships --
-- Invitations that nobody has answered.
SELECT membership_id FROM innovation.memberships
JOIN innovation.deadlines ON object_id = membership_id AND name = %(deadline)s AND instant <= %(at)s
WHERE state = %(source)s AND membership_id > %(after)s
ORDER BY membership_id
LIMIT %(rows)s
FOR NO KEY UPDATE OF memberships SKIP LOCKED

-- bind_membership --
-- Whose invitation it turned out to be.
UPDATE innovation.memberships SET person_id = %(person_id)s WHERE membership_id = %(membership_id)s

-- set_admin --
-- Whether a member speaks for the organisation.
UPDATE innovation.memberships SET is_admin = %(is_admin)s, version = version + 1
WHERE membership_id = %(membership_id)s

-- other_admins --
-- Whether somebody else speaks for it.
SELECT EXISTS (
    SELECT FROM innovation.memberships JOIN innovation.people USING (person_id)
    WHERE organisation_id = %(organisation_id)s AND memberships.state = 'member' AND is_admin
      AND membership_id <> %(membership_id)s AND people.state = 'active')

-- is_invited --
-- Whether an invitation was sent to the address of this person.
SELECT EXISTS (
    SELECT FROM innovation.memberships JOIN innovation.people USING (email_key)
    WHERE membership_id = %(membership_id)s AND memberships.state = 'invited'
      AND people.person_id = %(person_id)s AND people.email_verified_at IS NOT NULL)

-- is_member --
-- Whether a person belongs to it or has asked to, or its address is invited.
SELECT EXISTS (
    SELECT FROM innovation.memberships
    WHERE organisation_id = %(organisation_id)s
      AND ((person_id = %(person_id)s AND state IN ('requested', 'member'))
           OR (email_key = %(email_key)s AND state = 'invited')))

-- count_invited --
-- Invitations that wait.
SELECT count(*) FROM innovation.memberships WHERE organisation_id = %(organisation_id)s AND state = 'invited'

-- members --
-- Who belongs, asks or is invited, the oldest first.
-- + membership_rows
WHERE organisation_id = %(organisation_id)s AND state IN ('invited', 'requested', 'member')
  AND (%(after)s::uuid IS NULL OR membership_id > %(after)s)
ORDER BY membership_id
LIMIT %(rows)s

-- memberships_of_person --
-- Where a person belongs, asks to, or is invited.
-- + membership_rows
WHERE (person_id = %(person_id)s AND state IN ('requested', 'member'))
   OR (state = 'invited' AND email_key = (SELECT email_key FROM innovation.people
                                          WHERE person_id = %(person_id)s AND email_verified_at IS NOT NULL))
ORDER BY created_at, membership_id

-- export_memberships --
-- Where a person belonged at any time.
SELECT kind, organisations.name_ar, organisations.name_en, is_admin, memberships.state, memberships.reason,
       memberships.created_at, memberships.state_changed_at
FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
WHERE person_id = %(person_id)s ORDER BY created_at

-- export_registered --
-- What a person registered.
SELECT kind, name_ar, name_en, state, registered_at FROM innovation.organisations
WHERE registered_by = %(person_id)s ORDER BY registered_at

-- erase_invitations --
-- Invitations to the person's address.
DELETE FROM innovation.memberships
WHERE state = 'invited' AND email_key = (SELECT email_key FROM innovation.people WHERE person_id = %(person_id)s)

-- end_memberships --
-- That somebody belonged stays with the organisation, by key alone.
UPDATE innovation.memberships SET
    state = CASE WHEN state = 'member' THEN 'left' WHEN state = 'requested' THEN 'withdrawn' ELSE state END,
    reason = CASE WHEN state IN ('member', 'requested') THEN 'by_person' ELSE reason END,
    is_admin = false, email = NULL, email_key = NULL
WHERE person_id = %(person_id)s

-- kept_invitations --
-- Rows that name the person as who invited or registered.
SELECT count(*) FROM innovation.memberships WHERE invited_by = %(person_id)s

-- kept_registrations --
-- Rows that name the person as who invited or registered.
SELECT count(*) FROM innovation.organisations WHERE registered_by = %(person_id)s

-- alone_in_charge --
-- Organisations with other members that nobody else could speak for.
SELECT EXISTS (
    SELECT FROM innovation.memberships AS own JOIN innovation.organisations USING (organisation_id)
    WHERE own.person_id = %(person_id)s AND own.state = 'member' AND own.is_admin
      AND organisations.state = 'verified'
      AND EXISTS (SELECT FROM innovation.memberships AS other
                  WHERE other.organisation_id = own.organisation_id AND other.state = 'member'
                    AND other.membership_id <> own.membership_id)
      AND NOT EXISTS (SELECT FROM innovation.memberships AS other JOIN innovation.people USING (person_id)
                      WHERE other.organisation_id = own.organisation_id AND other.state = 'member'
                        AND other.is_admin AND other.membership_id <> own.membership_id
                        AND people.state = 'active'))

-- speakers --
-- Who speaks for one of these organisations now, by a role or as its admin, and can be written to.
SELECT person_id, email, language, name_ar, name_en FROM innovation.people
WHERE state IN ('active', 'closing') AND email_verified_at IS NOT NULL AND person_id IN (
    SELECT person_id FROM innovation.role_grants
    WHERE role = %(role)s AND scope_kind = 'organisation' AND scope_id = ANY (%(organisations)s::uuid[])
      AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s)
    UNION
    SELECT person_id FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
    WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND memberships.state = 'member' AND is_admin
      AND organisations.state = 'verified')
ORDER BY person_id

-- speakers_of --
-- The same by organisation.
SELECT organisation_id, person_id, email, language, name_ar, name_en
FROM (
    SELECT scope_id AS organisation_id, person_id FROM innovation.role_grants
    WHERE role = %(role)s AND scope_kind = 'organisation' AND scope_id = ANY (%(organisations)s::uuid[])
      AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s)
    UNION
    SELECT organisation_id, person_id FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
    WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND memberships.state = 'member' AND is_admin
      AND organisations.state = 'verified') AS speaking
JOIN innovation.people USING (person_id)
WHERE people.state IN ('active', 'closing') AND email_verified_at IS NOT NULL
ORDER BY organisation_id, person_id
