-- waiting --
-- What the person applies with or is asked to, and what officers screen, decide, tell and answer. Who reviews a call has
-- applications that do not exist for them, and learns of what waits there on its pages alone; one's own and those of
-- one's organisation are for others.
SELECT 'hand_in' AS step, application_id AS object_id, coalesce(nullif(title, ''), reference) AS titles_ar,
       coalesce(nullif(title, ''), reference) AS titles_en, applications.state, instant AS due,
       applications.state_changed_at AS since, '/applications/' || application_id AS path, 1 AS number
FROM innovation.applications JOIN innovation.calls USING (call_id)
JOIN innovation.deadlines ON object_id = CASE WHEN late_until IS NULL THEN call_id ELSE application_id END
    AND name = CASE applications.round WHEN 1 THEN 'closes' ELSE 'second_closes' END
WHERE applications.state = ANY (%(hand_in)s) AND application_id = ANY (%(hand_in_of)s) AND instant > %(at)s
  AND calls.state <> 'cancelled'
UNION ALL
SELECT 'reply', application_id, coalesce(nullif(title, ''), reference), coalesce(nullif(title, ''), reference), state,
       instant, state_changed_at, '/applications/' || application_id, 1
FROM innovation.applications LEFT JOIN innovation.deadlines ON object_id = application_id AND name = 'answer_due'
WHERE state = ANY (%(reply)s) AND application_id = ANY (%(reply_of)s)
UNION ALL
SELECT 'answer', applicant_id, title_ar, title_en, applicants.state, instant, applicants.state_changed_at,
       '/account/applications', 1
FROM innovation.people JOIN innovation.applicants USING (email_key) JOIN innovation.applications USING (application_id)
JOIN innovation.calls USING (call_id)
LEFT JOIN innovation.deadlines ON object_id = applicant_id AND name = 'invitation'
WHERE people.person_id = %(person_id)s AND email_verified_at IS NOT NULL AND applicants.state = ANY (%(answer)s)
UNION ALL
SELECT step, calls.call_id, title_ar, title_en, applications.state, NULL, min(applications.state_changed_at),
       '/calls/' || calls.call_id || '/desk/'
       || CASE applications.state WHEN 'panel' THEN 'decisions' WHEN 'reserve' THEN 'decisions'
               ELSE 'applications?state=' || applications.state END, count(*)
FROM (VALUES ('screen', %(screen)s::text[], false), ('decide', %(decide)s, false), ('appeal', %(appeal)s, false),
             ('release', %(release)s, true)) AS steps (step, states, decided)
JOIN innovation.applications ON applications.state = ANY (states)
JOIN innovation.calls ON calls.call_id = applications.call_id
WHERE (%(screen_of)s::uuid[] IS NULL OR calls.call_id = ANY (%(screen_of)s)) AND calls.state <> 'cancelled'
  AND decided = EXISTS (
      SELECT FROM innovation.decisions WHERE machine = 'application' AND decisions.object_id = application_id
      AND released_at IS NULL AND withdrawn_at IS NULL)
  AND (step <> 'appeal' OR NOT EXISTS (
      SELECT FROM innovation.decisions WHERE machine = 'application' AND decisions.object_id = application_id
      AND released_at IS NOT NULL AND prepared_event = 'reject' AND %(person_id)s IN (prepared_by, released_by)))
  AND calls.call_id NOT IN (
      SELECT call_id FROM innovation.reviewers WHERE person_id = %(person_id)s AND state <> 'declined'
      UNION ALL SELECT scope_id FROM innovation.role_grants
      WHERE person_id = %(person_id)s AND role = 'reviewer' AND scope_kind = 'call' AND revoked_at IS NULL)
  AND applications.application_id NOT IN (
      SELECT application_id FROM innovation.applicants WHERE person_id = %(person_id)s
      UNION ALL SELECT application_id FROM innovation.applications JOIN innovation.memberships USING (organisation_id)
      WHERE person_id = %(person_id)s AND memberships.state = 'member')
GROUP BY step, calls.call_id, applications.state
