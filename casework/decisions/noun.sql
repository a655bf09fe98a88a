-- waiting --
-- Decisions that go on by whoever leads them or answers, and what was promised: by its owners, and by whoever looks at it.
SELECT step, decision_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, state, due.instant AS due,
       state_changed_at AS since, '/decisions/' || decision_id AS path, 1 AS number
FROM (VALUES ('recommend', %(recommend)s::text[]), ('assign', %(assign)s), ('answer', %(answer)s)) AS steps (step, states)
JOIN participation.decisions ON state = ANY (states)
LEFT JOIN innovation.deadlines AS due ON due.object_id = decision_id AND due.name = 'answer_due'
-- Whoever leads one conversation or one call alone leads no decisions.
WHERE CASE step WHEN 'recommend' THEN %(recommend_of)s::uuid[] IS NULL WHEN 'assign' THEN %(assign_of)s::uuid[] IS NULL
                ELSE %(answer_of)s::uuid[] IS NULL OR owner_id = ANY (%(answer_of)s) END
UNION ALL
SELECT step, action_id, text_ar, text_en, actions.state,
       CASE step WHEN 'claim' THEN (due_on + 1)::timestamp AT TIME ZONE 'Asia/Muscat' END, actions.state_changed_at,
       '/decisions/' || decision_id, 1
FROM (VALUES ('claim', %(claim)s::text[]), ('verify', %(verify)s)) AS steps (step, states)
JOIN participation.decision_actions AS actions ON actions.state = ANY (states)
JOIN participation.decisions USING (decision_id)
WHERE decisions.state IN ('accepted', 'partly', 'disputed')
  AND CASE step WHEN 'claim' THEN %(claim_of)s::uuid[] IS NULL OR actions.owner_id = ANY (%(claim_of)s)
           ELSE %(verify_of)s::uuid[] IS NULL AND NOT EXISTS (
               SELECT FROM innovation.memberships
               WHERE person_id = %(person_id)s AND memberships.state = 'member'
                 AND organisation_id IN (actions.owner_id, decisions.owner_id))
              AND claimed_by IS DISTINCT FROM %(person_id)s END

-- decision --
-- Decisions from what was heard to what was done.
SELECT decision_id AS key, title_ar AS titles_ar, title_en AS titles_en,
       concat_ws(' ', heard_ar, recommendation_ar, answer_ar, reason_ar, owner_name_ar) AS texts_ar,
       concat_ws(' ', heard_en, recommendation_en, answer_en, reason_en, owner_name_en) AS texts_en, '{}'::text[] AS codes,
       array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places, created_at AS at,
       '/portal/decisions/' || decision_id AS path
FROM open_participation.decisions
