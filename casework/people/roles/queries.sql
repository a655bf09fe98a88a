-- grants --
-- The roles that a person holds, and those that follow from speaking for an organisation, from
-- belonging to a team, from judging, from applying for funding, from an appointment as ambassador, and from being named
-- among those who answer what residents say to an organisation, as long as they belong to it.
SELECT role, scope_kind, scope_id AS scope_object_id, until FROM innovation.role_grants
WHERE person_id = %(person_id)s AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s)
UNION ALL
SELECT CASE kind WHEN 'company' THEN 'vendor' ELSE 'officer' END, 'organisation', organisation_id, NULL
FROM innovation.memberships JOIN innovation.organisations USING (organisation_id)
WHERE person_id = %(person_id)s AND memberships.state = 'member' AND is_admin AND organisations.state = 'verified'
UNION ALL
SELECT CASE WHEN is_captain THEN 'captain' ELSE 'team_member' END, 'team', team_id, NULL
FROM innovation.team_members WHERE person_id = %(person_id)s AND state = 'member' AND ended_at IS NULL
UNION ALL
SELECT CASE WHEN is_lead THEN 'lead_applicant' ELSE 'co_applicant' END, 'application', application_id, NULL
FROM innovation.applicants WHERE person_id = %(person_id)s AND state = 'member'
UNION ALL
SELECT 'ambassador', 'hub', NULL, NULL FROM innovation.ambassadors
WHERE person_id = %(person_id)s AND state IN ('active', 'on_leave', 'at_risk', 'renewal_due')
UNION ALL
SELECT 'judge', 'hackathon', hackathon_id, NULL
FROM innovation.judges WHERE person_id = %(person_id)s AND state = 'accepted'
UNION ALL
SELECT 'reviewer', 'call', call_id, NULL
FROM innovation.reviewers WHERE person_id = %(person_id)s AND state = 'accepted'
UNION ALL
SELECT 'handler', 'organisation', organisation_id, NULL
FROM participation.case_handlers JOIN innovation.memberships USING (organisation_id, person_id)
JOIN innovation.organisations USING (organisation_id)
WHERE person_id = %(person_id)s AND memberships.state = 'member' AND organisations.state = 'verified'

-- store --
-- A role, once: one that has lapsed makes room.
INSERT INTO innovation.role_grants
    (grant_id, person_id, role, scope_kind, scope_id, granted_by, granted_at, until)
VALUES
    (%(grant_id)s, %(person_id)s, %(grant_role)s, %(grant_scope_kind)s, %(grant_scope_object_id)s, %(granted_by)s,
     %(granted_at)s, %(grant_until)s)

-- close_same --
-- The same role in the same scope, with whatever end it had: a new grant replaces it.
UPDATE innovation.role_grants SET revoked_at = %(granted_at)s, revoked_by = %(granted_by)s
WHERE person_id = %(person_id)s AND role = %(grant_role)s AND scope_kind = %(grant_scope_kind)s
  AND scope_id IS NOT DISTINCT FROM %(grant_scope_object_id)s AND revoked_at IS NULL

-- revoke --
-- It is taken away.
UPDATE innovation.role_grants SET revoked_at = %(at)s, revoked_by = %(by)s
WHERE grant_id = %(grant_id)s AND revoked_at IS NULL

-- grant_rows --
-- Roles as they were given.
SELECT grant_id, person_id, role, scope_kind, scope_id AS scope_object_id, until, granted_by, granted_at, revoked_at
FROM innovation.role_grants

-- grant --
-- One of them.
-- + grant_rows
WHERE grant_id = %(grant_id)s

-- of_person --
-- All that a person holds, the newest first.
-- + grant_rows
WHERE person_id = %(person_id)s AND revoked_at IS NULL
ORDER BY granted_at DESC, grant_id

-- in_scope --
-- Who holds a role in a scope.
-- + grant_rows
WHERE scope_kind = %(scope_kind)s AND scope_id IS NOT DISTINCT FROM %(scope_id)s AND role = %(role)s
  AND revoked_at IS NULL AND (until IS NULL OR until > %(at)s)
ORDER BY granted_at, grant_id

-- hold_administrators --
-- One change at a time to who administers the hub.
SELECT pg_advisory_xact_lock(5003176215903163)

-- other_administrators --
-- Whether somebody else administers the hub for good and can sign in.
SELECT EXISTS (
    SELECT FROM innovation.role_grants JOIN innovation.people USING (person_id)
    WHERE role = 'administrator' AND scope_kind = 'hub' AND revoked_at IS NULL AND until IS NULL
      AND people.state = 'active' AND person_id <> %(person_id)s)

-- is_administrator --
-- Whether a person administers the hub for good.
SELECT EXISTS (
    SELECT FROM innovation.role_grants
    WHERE person_id = %(person_id)s AND role = 'administrator' AND scope_kind = 'hub' AND revoked_at IS NULL
      AND until IS NULL)
