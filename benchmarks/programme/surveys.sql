-- survey_forms --
INSERT INTO participation.forms (form_id, version, digest, document, frozen_at)
SELECT md5('survey ' || number)::uuid, 1, %(survey_digest)s, %(survey_form)s::jsonb, %(at)s
FROM generate_series(1, %(surveys)s) AS number

-- survey_drafts --
INSERT INTO participation.form_drafts (form_id, document, changed_at)
SELECT md5('survey ' || number)::uuid, %(survey_form)s::jsonb, %(at)s FROM generate_series(1, %(surveys)s) AS number

-- survey_releases --
INSERT INTO participation.releases
    (release_id, subject_kind, subject_id, released_at, sampling, n, answered, document, sha256)
SELECT md5('survey release ' || number)::uuid, 'survey', md5('survey ' || number)::uuid, %(at)s, 'self_selected', 400, 400,
       %(survey_document)s, sha256(convert_to(%(survey_document)s, 'UTF8'))
FROM generate_series(2, %(surveys)s) AS number

-- surveys --
-- The first is counted and read, the second published, the third open, and the others one or the other, each in turn.
INSERT INTO participation.surveys
    (survey_id, state, state_changed_at, created_at, agency_id, decider_id, title_ar, title_en, purpose_ar, purpose_en,
     promised_on, sampling, channels, service_ar, service_en, form_version, form_digest, figures, written, release_id, decision_id)
SELECT md5('survey ' || number)::uuid, state, %(at)s, %(at)s - make_interval(mins => number), md5('organisation 3')::uuid,
       md5('organisation 3')::uuid, 'ساعات العمل ' || number, 'Hours ' || number, 'لنعرف.', 'To know.', '2099-12-31',
       'self_selected', '{web,kiosk}', 'خدمة ' || number, 'Service ' || number, 1, %(survey_digest)s,
       CASE WHEN state = 'counted' THEN %(survey_figures)s::text END, jsonb_build_object('note', %(answers)s::integer),
       CASE WHEN state IN ('published', 'decided') THEN md5('survey release ' || number)::uuid END,
       CASE WHEN state IN ('published', 'decided') THEN md5('decision 1')::uuid END
FROM generate_series(1, %(surveys)s) AS number,
     LATERAL (SELECT CASE number WHEN 1 THEN 'counted' WHEN 2 THEN 'published' WHEN 3 THEN 'open'
              ELSE (ARRAY['published', 'open', 'decided', 'scheduled'])[1 + number %% 4] END) AS way (state)

-- survey_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT md5('survey ' || number)::uuid, name,
       %(at)s + make_interval(days => CASE name WHEN 'opens' THEN -20 WHEN 'closes' THEN CASE number WHEN 3 THEN 9 ELSE -2 END END), 'Asia/Muscat'
FROM generate_series(1, %(surveys)s) AS number, (VALUES ('opens'), ('closes')) AS dates (name)

-- survey_rolls --
INSERT INTO participation.boxes (object_id, answers_max, opened_at, closed_at, mixed_at)
SELECT md5('survey ' || number)::uuid, 100000, %(at)s, CASE WHEN number < 3 THEN %(at)s::timestamptz END,
       CASE WHEN number < 3 THEN %(at)s::timestamptz END
FROM generate_series(1, 3) AS number

-- survey_answers --
-- So many of the first two, which are mixed.
INSERT INTO participation.unlinked_answers (answer_id, object_id, version, channel, language, document, is_apart)
SELECT gen_random_uuid(), md5('survey ' || survey)::uuid, 1, (ARRAY['web', 'kiosk'])[1 + number %% 2], 'ar',
       jsonb_build_object('values', jsonb_build_object('choice0', (ARRAY['a', 'b', 'c', 'd', 'e'])[1 + number %% 5], 'rated0',
           1 + number %% 5, 'note', 'الانتظار طويل في المكتب ' || number), 'not_applicable', '[]'::jsonb, 'not_asked', '[]'::jsonb), false
FROM generate_series(1, 2) AS survey, generate_series(1, %(answers)s) AS number

-- survey_open_answers --
INSERT INTO participation.open_answers (once, object_id, version, channel, language, document)
SELECT gen_random_uuid(), md5('survey 3')::uuid, 1, 'web', 'ar',
       jsonb_build_object('values', jsonb_build_object('choice0', 'a'), 'not_applicable', '[]'::jsonb, 'not_asked', '[]'::jsonb)
FROM generate_series(1, %(answers)s) AS number

-- survey_themes --
INSERT INTO participation.themes (object_id, question, code, title_ar, title_en)
VALUES (md5('survey 1')::uuid, 'note', 'waiting', 'الانتظار', 'Waiting')

-- survey_codings --
-- A page of them was read.
INSERT INTO participation.codings (object_id, question, note_id, theme, is_quoted)
SELECT object_id, 'note', answer_id, 'waiting', false FROM participation.unlinked_answers
WHERE object_id = md5('survey 1')::uuid ORDER BY answer_id LIMIT 25
