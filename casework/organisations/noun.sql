-- waiting --
-- Organisations to verify, invitations to the person's address, and who asks to join where the person speaks.
SELECT 'verify' AS step, organisation_id AS object_id, name_ar AS titles_ar, name_en AS titles_en, state,
       NULL::timestamptz AS due, state_changed_at AS since, '/organisations/' || organisation_id AS path, 1 AS number
FROM innovation.organisations WHERE state = ANY (%(verify)s)
UNION ALL
SELECT 'answer', membership_id, organisations.name_ar, organisations.name_en, memberships.state, instant,
       memberships.state_changed_at, '/account/organisations', 1
FROM innovation.people JOIN innovation.memberships USING (email_key)
JOIN innovation.organisations USING (organisation_id)
LEFT JOIN innovation.deadlines ON object_id = membership_id AND deadlines.name = 'invitation'
WHERE people.person_id = %(person_id)s AND email_verified_at IS NOT NULL AND memberships.state = ANY (%(answer)s)
UNION ALL
SELECT 'approve', organisations.organisation_id, name_ar, name_en, min(memberships.state), NULL,
       min(memberships.state_changed_at), '/organisations/' || organisations.organisation_id, count(*)
FROM innovation.organisations JOIN innovation.memberships USING (organisation_id)
WHERE memberships.state = ANY (%(approve)s) AND organisations.organisation_id = ANY (%(approve_of)s)
GROUP BY organisations.organisation_id

-- organisation --
-- Organisations that are verified.
SELECT organisation_id AS key, name_ar AS titles_ar, name_en AS titles_en, ''::text AS texts_ar, ''::text AS texts_en,
       ARRAY[kind] AS codes, '{}'::text[] AS governorates, ARRAY[name_ar, name_en] AS places, NULL::timestamptz AS at,
       '/portal/organisations/' || organisation_id AS path
FROM open_innovation.organisations
