-- voice_cases --
-- All of one agency, in a year: sixty in one pair of hands, so that their page is full; of the others one in three is
-- open. Half of them are about a public place.
WITH said AS (
    SELECT number, md5('voice ' || number)::uuid AS voice_id,
           (ARRAY['in_work', 'acknowledged', 'received', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed'])[
               1 + number %% CASE WHEN number <= 60 THEN 3 ELSE 9 END] AS state,
           CASE WHEN number <= 60 THEN 14 ELSE 15 + number %% 5 END AS handler,
           %(at)s - make_interval(hours => number %% 8000) AS received_at
    FROM generate_series(1, %(voices)s) AS number
)
INSERT INTO participation.cases
    (case_id, kind, organisation_id, level, handler_id, channel, language, received_at, closed_at)
SELECT voice_id, 'voice', md5('organisation 3')::uuid, 1 + number %% 2, md5('person ' || handler)::uuid, 'web', 'ar', received_at,
       CASE WHEN state = 'closed' THEN received_at END
FROM said

-- voices --
WITH said AS (
    SELECT number, md5('voice ' || number)::uuid AS voice_id,
           (ARRAY['in_work', 'acknowledged', 'received', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed'])[
               1 + number %% CASE WHEN number <= 60 THEN 3 ELSE 9 END] AS state,
           CASE WHEN number <= 60 THEN 14 ELSE 15 + number %% 5 END AS handler,
           %(at)s - make_interval(hours => number %% 8000) AS received_at
    FROM generate_series(1, %(voices)s) AS number
)
INSERT INTO participation.voices
    (voice_id, kind, state, state_reason, state_changed_at, topic, subject, body, governorate, wilayat, wilayat_code, longitude,
     latitude, is_public_place, outcome, answer, evidence)
SELECT voice_id, 'complaint', state, CASE WHEN state = 'closed' THEN 'rated' END, received_at,
       (ARRAY['street_light', 'waiting', 'road', 'staff'])[1 + number %% 4], 'المصباح ' || number,
       'المصباح أمام المدرسة مطفأ منذ أسبوع ' || number, (%(governorates)s::text[])[1 + number %% 11], 'بوشر', 'bawshar',
       58 + number / 10000.0, 23 + number / 10000.0, number %% 2 = 0, CASE WHEN state = 'closed' THEN 'resolved' END,
       CASE WHEN state = 'closed' THEN 'أُصلح' END, CASE WHEN state = 'closed' THEN 'صورة' END
FROM said

-- voice_askers --
INSERT INTO participation.case_askers (case_id, name, email, email_key)
SELECT md5('voice ' || number)::uuid, 'سالم', 'a' || number || '@example.om', 'a' || number || '@example.om'
FROM generate_series(1, %(voices)s) AS number

-- voice_numbers --
INSERT INTO participation.follow_ups (object_id, kind, number, code_digest, opened_at)
SELECT md5('voice ' || number)::uuid, 'voice', lpad(to_char(number, 'FM000000000'), 9, '0'), sha256(number::text::bytea), %(at)s
FROM generate_series(1, %(voices)s) AS number

-- voice_messages --
-- Five of each.
INSERT INTO participation.case_messages
    (message_id, case_id, number, visibility, sender, body, language, channel, sent_at)
SELECT gen_random_uuid(), md5('voice ' || number)::uuid, part, 'asker', CASE part %% 2 WHEN 0 THEN 'staff' ELSE 'asker' END,
       'وما زال مطفأ', 'ar', 'web', %(at)s
FROM generate_series(1, %(voices)s) AS number, generate_series(1, 5) AS part

-- voice_ratings --
INSERT INTO participation.case_ratings (case_id, points, rated_at)
SELECT voice_id, 4, %(at)s FROM participation.voices WHERE state = 'closed'

-- voice_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT voice_id, CASE state WHEN 'received' THEN 'acknowledge_due' ELSE 'answer_due' END,
       state_changed_at + interval '10 days', 'Asia/Muscat'
FROM participation.voices WHERE state <> 'closed'

-- voice_handlers --
INSERT INTO participation.case_handlers (organisation_id, person_id, level)
SELECT md5('organisation 3')::uuid, md5('person ' || number)::uuid, 1 + number %% 3 FROM generate_series(14, 19) AS number

-- voice_figures --
INSERT INTO participation.case_counts
SELECT organisation_id, date_trunc('month', received_at AT TIME ZONE 'Asia/Muscat')::date, 'voice', kind || '.' || governorate,
       ARRAY[0, 0, 0, 0, count(*)]
FROM participation.voices GROUP BY 1, 2, 4
