-- reviewers --
-- Who reviews a call, was asked to or did, with organisations and address; one person, or all. Who holds the role without
-- having been asked counts too, where only that person is looked for.
SELECT person_id, coalesce(email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = people.person_id AND memberships.state = 'member')
FROM innovation.people
WHERE (%(person_id)s::uuid IS NULL OR person_id = %(person_id)s)
  AND (%(holds_role)s AND person_id = %(person_id)s
       OR EXISTS (SELECT FROM innovation.reviewers
                  WHERE reviewers.person_id = people.person_id AND call_id = %(call_id)s AND reviewers.state <> 'declined'))

-- suspects --
-- Pairs of a reviewer and an application that could be in conflict: all that are, and some that are not, which the rules
-- then tell apart. Each of people has its domain as name servers write it, or NULL where it says nothing; letters that
-- could become others on the way to a name server are left to the rules.
WITH reviewer AS (
    SELECT * FROM unnest(%(people)s::uuid[], %(domains)s::text[]) AS reviewer (person_id, domain)
), belonging AS (
    SELECT person_id, organisation_id FROM innovation.memberships
    WHERE person_id = ANY (%(people)s::uuid[]) AND state = 'member'
), close AS (
    SELECT person_id, person_id AS other_id FROM reviewer
    UNION SELECT own.person_id, memberships.person_id
          FROM belonging AS own JOIN innovation.memberships USING (organisation_id) WHERE memberships.state = 'member'
    UNION SELECT own.person_id, other.person_id
          FROM innovation.team_members AS own JOIN innovation.team_members AS other USING (team_id)
          WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL AND other.joined_at IS NOT NULL
    UNION SELECT own.person_id, other.person_id
          FROM innovation.applicants AS own JOIN innovation.applicants AS other USING (application_id)
          WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL AND other.joined_at IS NOT NULL
), applicant AS MATERIALIZED (
    SELECT application_id, applicants.person_id, coalesce(people.email, applicants.email, '') AS address
    FROM innovation.applicants JOIN innovation.applications USING (application_id)
    LEFT JOIN innovation.people USING (person_id)
    WHERE call_id = %(call_id)s AND applicants.state IN ('member', 'invited')
), domain AS MATERIALIZED (
    SELECT application_id,
           lower(btrim(normalize(split_part(address, '@', -1), NFKC), E' \t\n\v\f\r\x1c\x1d\x1e\x1f.') COLLATE "C") AS domain
    FROM applicant
)
SELECT close.person_id, application_id FROM close JOIN applicant ON applicant.person_id = other_id
UNION
SELECT person_id, application_id FROM belonging JOIN innovation.applications USING (organisation_id)
WHERE call_id = %(call_id)s
UNION
SELECT person_id, application_id FROM reviewer JOIN domain
ON reviewer.domain = domain.domain
   OR right(domain.domain, length(reviewer.domain) + 1) = '.' || reviewer.domain
   OR right(reviewer.domain, length(domain.domain) + 1) = '.' || domain.domain
   OR domain.domain ~ '[^\x01-\x7f]'
      AND (strpos(reviewer.domain, 'xn--') > 0 OR domain.domain ~ '[^\x01-\x7f\u0600-\u06ff]')

-- declared --
-- What reviewers of a call have declared, as pairs with its applications: by address of whoever applies or is asked to, by
-- the name of an organisation that applies or that an applicant belongs to, whole words of it, or by the application itself.
WITH declared AS (
    SELECT person_id, kind, words, application_id
    FROM innovation.reviewer_declarations JOIN innovation.reviewers USING (reviewer_id)
    WHERE call_id = %(call_id)s AND person_id = ANY (%(people)s::uuid[])
), involved AS (
    SELECT application_id, organisation_id FROM innovation.applications
    WHERE call_id = %(call_id)s AND organisation_id IS NOT NULL
    UNION
    SELECT application_id, memberships.organisation_id
    FROM innovation.applicants JOIN innovation.applications USING (application_id)
    JOIN innovation.memberships USING (person_id)
    WHERE call_id = %(call_id)s AND applicants.state = 'member' AND memberships.state = 'member'
), named AS (
    SELECT DISTINCT application_id, name
    FROM involved JOIN innovation.organisations USING (organisation_id)
    CROSS JOIN LATERAL (VALUES (normalise_text(coalesce(name_ar, ''))), (normalise_text(coalesce(name_en, ''))))
        AS names (name)
    WHERE name <> ''
)
SELECT person_id, application_id FROM declared WHERE kind = 'application'
UNION
SELECT declared.person_id, applicants.application_id
FROM declared JOIN innovation.applicants ON true JOIN innovation.applications
    ON applications.application_id = applicants.application_id
LEFT JOIN innovation.people ON people.person_id = applicants.person_id
WHERE kind = 'address' AND call_id = %(call_id)s AND applicants.state IN ('member', 'invited')
  AND words IN (applicants.email_key, people.email_key)
UNION
SELECT declared.person_id, named.application_id
FROM declared JOIN named ON strpos(' ' || name || ' ', ' ' || words || ' ') > 0
                         OR strpos(' ' || words || ' ', ' ' || name || ' ') > 0
WHERE kind = 'organisation'

-- applicants --
-- Who applies with these, or is asked to, with organisations (that of the application among them) and address.
SELECT applicants.application_id, coalesce(applicants.person_id, applicant_id),
       coalesce(people.email, applicants.email, ''),
       ARRAY(SELECT organisation_id FROM innovation.memberships
             WHERE memberships.person_id = applicants.person_id AND memberships.state = 'member'
             UNION SELECT applications.organisation_id WHERE applications.organisation_id IS NOT NULL)
FROM innovation.applicants JOIN innovation.applications USING (application_id)
LEFT JOIN innovation.people USING (person_id)
WHERE applicants.application_id = ANY (%(applications)s::uuid[]) AND applicants.state IN ('member', 'invited')

-- groups --
-- All teams and applications ever of these people, and who was in them from when to when; a hackathon ends with its
-- results, an application with its last state.
SELECT member.person_id, member.team_id, (member.joined_at AT TIME ZONE 'Asia/Muscat')::date,
       (coalesce(member.ended_at, CASE WHEN hackathons.state IN ('results_final', 'archived', 'cancelled')
                                       THEN hackathons.state_changed_at END) AT TIME ZONE 'Asia/Muscat')::date
FROM innovation.team_members AS member JOIN innovation.hackathons USING (hackathon_id)
WHERE member.joined_at IS NOT NULL AND member.person_id IS NOT NULL
  AND member.team_id IN (SELECT team_id FROM innovation.team_members AS own
                         WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL)
UNION ALL
SELECT member.person_id, member.application_id, (member.joined_at AT TIME ZONE 'Asia/Muscat')::date,
       (coalesce(member.ended_at, CASE WHEN applications.state = ANY (%(ended)s::text[])
                                       THEN applications.state_changed_at END) AT TIME ZONE 'Asia/Muscat')::date
FROM innovation.applicants AS member JOIN innovation.applications USING (application_id)
WHERE member.joined_at IS NOT NULL AND member.person_id IS NOT NULL
  AND member.application_id IN (SELECT application_id FROM innovation.applicants AS own
                                WHERE own.person_id = ANY (%(people)s::uuid[]) AND own.joined_at IS NOT NULL)

-- own_applications --
-- What a person applies with, or is asked to.
SELECT application_id FROM innovation.applicants JOIN innovation.applications USING (application_id)
WHERE call_id = %(call_id)s AND person_id = %(person_id)s AND applicants.state IN ('member', 'invited')
