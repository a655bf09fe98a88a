-- decisions --
-- In all states; every third is late, rejected ones stand among the others.
INSERT INTO participation.decisions
    (decision_id, state, state_changed_at, created_at, title_ar, title_en, heard_ar, heard_en, governorate, recommendation_ar,
     recommendation_en, owner_id, answer_ar, answer_en, reason_ar, reason_en, outcome, answered_at)
SELECT md5('decision ' || number)::uuid, state, %(at)s, %(at)s - make_interval(mins => number), 'ظل في الحديقة ' || number,
       'Shade in the park ' || number, 'لا ظل على المقاعد.', 'The benches have no shade.',
       (%(governorates)s::text[])[1 + number %% 11], 'تُزرع أشجار.', 'Plant trees.', md5('organisation 2')::uuid, 'نزرع.',
       'We plant.', 'لا يتسع المكان.', 'There is no room.', CASE WHEN state = 'with_owner' THEN NULL ELSE state END,
       CASE WHEN state = 'with_owner' THEN NULL ELSE %(at)s::timestamptz END
FROM generate_series(1, %(decisions)s) AS number,
     LATERAL (SELECT (ARRAY['with_owner', 'accepted', 'partly', 'rejected'])[1 + number %% 4]) AS way (state)

-- decision_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT md5('decision ' || number)::uuid, 'answer_due', %(at)s + make_interval(days => number %% 3 - 1), 'Asia/Muscat'
FROM generate_series(1, %(decisions)s) AS number

-- decision_grounds --
INSERT INTO participation.decision_grounds
SELECT md5('decision ' || number)::uuid, 'need', md5('need 1')::uuid, %(at)s FROM generate_series(1, %(decisions)s) AS number

-- decision_actions --
INSERT INTO participation.decision_actions
    (action_id, decision_id, state, state_changed_at, created_at, owner_id, due_on, text_ar, text_en, evidence_link)
SELECT md5('promise ' || number || part)::uuid, md5('decision ' || number)::uuid,
       (ARRAY['promised', 'claimed', 'verified'])[part], %(at)s, %(at)s, md5('organisation 2')::uuid, '2099-12-31', 'تُزرع',
       'Plant', '/v1/latest'
FROM generate_series(1, %(decisions)s) AS number, generate_series(1, 3) AS part
WHERE number %% 4 IN (1, 2)
