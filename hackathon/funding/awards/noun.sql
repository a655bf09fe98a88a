-- waiting --
-- Offers to accept, reports and claims of those who are funded; and for the programme and finance what to contract,
-- check, approve and pay, without what is their own, and without calls that they review: see what waits of applications.
SELECT 'accept' AS step, award_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, instant AS due,
       state_changed_at AS since, '/awards/' || award_id AS path, 1 AS number
FROM innovation.funding_awards LEFT JOIN innovation.deadlines ON object_id = award_id AND name = 'offer_ends'
WHERE state = ANY (%(accept)s) AND application_id = ANY (%(accept_of)s)
UNION ALL
SELECT 'report', milestone_id, title, title, milestones.state, due_at, milestones.state_changed_at, '/awards/' || award_id, 1
FROM innovation.milestones JOIN innovation.funding_awards AS awards USING (award_id)
WHERE milestones.state = ANY (%(report)s) AND application_id = ANY (%(report_of)s) AND awards.state IN ('active', 'completed')
UNION ALL
SELECT 'amend', claim_id, title_ar, title_en, claims.state, NULL, claims.state_changed_at, '/awards/' || award_id, 1
FROM innovation.claims JOIN innovation.funding_awards AS awards USING (award_id)
WHERE claims.state = ANY (%(amend)s) AND application_id = ANY (%(amend_of)s) AND awards.state IN ('active', 'completed')
UNION ALL
SELECT step, object_id, title_ar, title_en, object_state, NULL, since, '/awards/' || award_id, 1
FROM (
    SELECT 'lead_on' AS step, award_id AS object_id, award_id, state AS object_state, state_changed_at AS since,
           %(lead_on_of)s::uuid[] AS held_in
    FROM innovation.funding_awards AS award
    WHERE state = ANY (%(lead_on)s)
      AND (state <> 'active' OR (SELECT bool_and(milestone.state IN ('accepted', 'dropped')) FROM innovation.milestones
                                 AS milestone WHERE milestone.award_id = award.award_id))
      AND (state <> 'completed' OR NOT EXISTS (
          SELECT FROM innovation.claims AS claim WHERE claim.award_id = award.award_id
          AND claim.state NOT IN ('paid', 'refused', 'withdrawn')))
    UNION ALL
    SELECT 'check', milestone_id, award_id, state, state_changed_at, %(check_of)s::uuid[] FROM innovation.milestones
    WHERE state = ANY (%(check)s) AND reported_by IS DISTINCT FROM %(person_id)s
    UNION ALL
    SELECT 'approve', claim_id, award_id, state, state_changed_at, %(approve_of)s::uuid[] FROM innovation.claims
    WHERE state = ANY (%(approve)s)
    UNION ALL
    SELECT 'approve_payment', claim_id, award_id, state, state_changed_at, %(approve_payment_of)s::uuid[] FROM innovation.claims
    WHERE state = ANY (%(approve_payment)s) AND approved_by IS DISTINCT FROM %(person_id)s
    UNION ALL
    SELECT 'pay', claim_id, award_id, state, state_changed_at, %(pay_of)s::uuid[] FROM innovation.claims
    WHERE state = ANY (%(pay)s)
) AS inside JOIN innovation.funding_awards AS awards USING (award_id)
WHERE (held_in IS NULL OR call_id = ANY (held_in))
  AND awards.call_id NOT IN (
      SELECT call_id FROM innovation.reviewers WHERE person_id = %(person_id)s AND state <> 'declined'
      UNION ALL SELECT scope_id FROM innovation.role_grants
      WHERE person_id = %(person_id)s AND role = 'reviewer' AND scope_kind = 'call' AND revoked_at IS NULL)
  AND awards.application_id NOT IN (
      SELECT application_id FROM innovation.applicants WHERE person_id = %(person_id)s
      UNION ALL SELECT application_id FROM innovation.applications JOIN innovation.memberships USING (organisation_id)
      WHERE person_id = %(person_id)s AND memberships.state = 'member')

-- award --
-- Awards that were accepted, with who is paid and by whom.
SELECT award_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', abstract_ar, recipient_name_ar, funder_name_ar, call_title_ar) AS texts_ar,
       concat_ws(' ', abstract_en, recipient_name_en, funder_name_en, call_title_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, awarded_at AS at,
       '/portal/awards/' || award_id AS path
FROM open_innovation.funding_awards
