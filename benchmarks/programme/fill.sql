-- people --
-- Numbered from 1. Names have hamza, tashkeel and ta marbuta, as people write them.
INSERT INTO innovation.people
    (person_id, email, email_key, name_ar, name_en, language, state, state_changed_at, created_at, email_verified_at)
SELECT md5('person ' || number)::uuid, 'p' || number || '@mail-' || number / 10 || '.example',
       'p' || number || '@mail-' || number / 10 || '.example',
       (ARRAY['أَحمد', 'فاطمة', 'إيمان', 'مُنى', 'هدى', 'آمنة'])[1 + number %% 6] || ' التجريبي ' || number,
       (ARRAY['Ahmed', 'Fatma', 'Iman', 'Muna', 'Huda', 'Amna'])[1 + number %% 6] || ' Demo ' || number,
       CASE number %% 2 WHEN 0 THEN 'ar' ELSE 'en' END, 'active', %(at)s, %(at)s, %(at)s
FROM generate_series(1, %(people)s) AS number

-- roles --
-- The first is everything that can be granted for the hub.
INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, granted_at)
SELECT md5('grant ' || role)::uuid, md5('person 1')::uuid, role, 'hub', %(at)s
FROM unnest(ARRAY['administrator', 'organiser', 'coordinator', 'editor', 'programme_officer', 'finance', 'moderator',
                  'facilitator', 'duty_officer']) AS role

-- organisations --
INSERT INTO innovation.organisations
    (organisation_id, kind, name_ar, name_en, state, state_changed_at, registered_by, registered_at)
SELECT md5('organisation ' || number)::uuid, (ARRAY['agency', 'company', 'university'])[1 + number %% 3],
       'مؤسسة الإبداع التجريبية ' || number, 'Example organisation ' || number,
       CASE WHEN number %% 10 = 9 THEN 'registered' ELSE 'verified' END, %(at)s, md5('person 1')::uuid, %(at)s
FROM generate_series(1, %(organisations)s) AS number

-- memberships --
-- Every fifth person belongs to one; the fourth speaks for the first, a company, and the fourteenth for the third, an agency.
INSERT INTO innovation.memberships
    (membership_id, organisation_id, person_id, is_admin, state, state_changed_at, created_at)
SELECT md5('membership ' || number)::uuid, md5('organisation ' || 1 + number / 5 %% %(organisations)s)::uuid,
       md5('person ' || number)::uuid, number IN (4, 14), 'member', %(at)s, %(at)s
FROM generate_series(4, %(people)s, 5) AS number

-- hackathons --
-- The first is being judged, the second has final results, the third takes teams in, others are to come.
INSERT INTO innovation.hackathons
    (hackathon_id, state, state_changed_at, created_at, code, title_ar, title_en, summary_ar, summary_en, mode, place_ar,
     place_en, is_international, team_members_min, team_members_max, rounds, round)
SELECT md5('hackathon ' || number)::uuid,
       CASE number WHEN 1 THEN 'judging' WHEN 2 THEN 'results_final' WHEN 3 THEN 'registration_open' ELSE 'announced' END,
       %(at)s, %(at)s, 'bench-' || number, 'هاكاثون المدينة ' || number, 'City hackathon ' || number, 'بيانات وظل',
       'Data and shade', 'online', '', '', false, 1, 5, 1, CASE WHEN number <= 2 THEN 1 ELSE 0 END
FROM generate_series(1, %(hackathons)s) AS number

-- deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT md5('hackathon ' || number)::uuid, name,
       %(at)s::timestamptz + make_interval(days => (place - CASE number WHEN 1 THEN 6 WHEN 2 THEN 8 WHEN 3 THEN 2 ELSE 0 END)::integer * 5),
       'Asia/Muscat'
FROM generate_series(1, %(hackathons)s) AS number,
     unnest(%(deadlines)s::text[]) WITH ORDINALITY AS deadline (name, place)

-- challenges --
INSERT INTO innovation.challenges
    (challenge_id, hackathon_id, organisation_id, state, state_changed_at, created_at, title_ar, title_en, problem_ar,
     problem_en, terms)
SELECT md5('challenge ' || number)::uuid, md5('hackathon ' || 1 + (number - 1) %% %(hackathons)s)::uuid,
       md5('organisation ' || 1 + number %% %(organisations)s)::uuid, 'published', %(at)s, %(at)s, 'ظل الطريق ' || number,
       'Shade ' || number, 'الطريق حار', 'It is hot', 'open_source'
FROM generate_series(1, 3 * %(hackathons)s) AS number

-- teams --
-- Six of ten in the first hackathon, three in the second, one in the third.
INSERT INTO innovation.teams
    (team_id, hackathon_id, challenge_id, state, state_changed_at, created_at, name, pitch, open_roles)
SELECT md5('team ' || number)::uuid, md5('hackathon ' || home)::uuid, md5('challenge ' || home)::uuid,
       CASE home WHEN 3 THEN 'forming' ELSE 'locked' END, %(at)s, %(at)s,
       (ARRAY['فريق المدينة', 'ظِلال', 'أمواج', 'Shade', 'Falaj', 'قافلة'])[1 + number %% 6] || ' ' || number, 'نمشي في الظل',
       CASE home WHEN 3 THEN ARRAY['data'] ELSE ARRAY[]::text[] END
FROM generate_series(1, %(teams)s) AS number,
     LATERAL (SELECT CASE WHEN number %% 10 IN (1, 4, 5, 6, 7, 8) THEN 1 WHEN number %% 10 IN (2, 9, 0) THEN 2 ELSE 3 END) AS house (home)

-- team_members --
-- Five of them, the captain first; from person 5 on, so that the first four are free.
INSERT INTO innovation.team_members
    (member_id, team_id, hackathon_id, person_id, is_captain, state, state_changed_at, created_at, joined_at)
SELECT md5('member ' || number || ' ' || place)::uuid, team_id, hackathon_id,
       md5('person ' || 5 + (number - 1) * %(team_people)s + place)::uuid, place = 0, 'member', %(at)s, %(at)s, %(at)s
FROM generate_series(1, %(teams)s) AS number JOIN innovation.teams ON team_id = md5('team ' || number)::uuid,
     generate_series(0, %(team_people)s - 1) AS place

-- submissions --
INSERT INTO innovation.submissions
    (submission_id, hackathon_id, team_id, state, state_changed_at, created_at, title, summary, answers, versions,
     frozen_digest)
SELECT md5('submission ' || number)::uuid, hackathon_id, team_id, 'eligible', %(at)s, %(at)s,
       (ARRAY['مدرسة الظل', 'Shade map', 'إشارات ذكيّة', 'Wadi alarm'])[1 + number %% 4] || ' ' || number, 'أين نمشي', '{}', 1,
       sha256(number::text::bytea)
FROM generate_series(1, %(teams)s) AS number JOIN innovation.teams ON team_id = md5('team ' || number)::uuid
WHERE state = 'locked'

-- versions --
INSERT INTO innovation.submission_versions (submission_id, number, content, digest, submitted_at)
SELECT submission_id, 1, jsonb_build_object('title', title, 'summary', summary, 'answers', answers, 'files', '[]'::jsonb),
       frozen_digest, %(at)s
FROM innovation.submissions

-- rubrics --
INSERT INTO innovation.rubrics (hackathon_id, round, criteria, lowest, highest, step, judges_per_entry, is_by_challenge)
SELECT md5('hackathon ' || number)::uuid, 1,
       '[{"code": "impact", "name_en": "Impact", "name_ar": "الأثر", "weight": "100"}]', 0, 10, 0.5, 3, false
FROM generate_series(1, 2) AS number

-- judges --
-- The second person is the first of them; the others are the last people.
INSERT INTO innovation.judges
    (judge_id, hackathon_id, person_id, capacity, expertise, state, state_changed_at, created_at)
SELECT md5('judge ' || hackathon || ' ' || number)::uuid, md5('hackathon ' || hackathon)::uuid,
       md5('person ' || CASE number WHEN 1 THEN 2 ELSE %(people)s - number END)::uuid, 50, '{}', 'accepted', %(at)s, %(at)s
FROM generate_series(1, 2) AS hackathon, generate_series(1, %(judges)s) AS number

-- sheets --
-- Three for each submission.
INSERT INTO innovation.sheets
    (sheet_id, hackathon_id, round, track, submission_id, judge_id, state, state_changed_at, created_at, marks, comments,
     submitted_at)
SELECT md5('sheet ' || submission_id || ' ' || place)::uuid, hackathon_id, 1, '', submission_id,
       md5('judge ' || CASE hackathon_id WHEN md5('hackathon 1')::uuid THEN 1 ELSE 2 END || ' '
           || 1 + (rank + place) %% %(judges)s)::uuid,
       CASE hackathon_id WHEN md5('hackathon 1')::uuid THEN 'submitted' ELSE 'locked' END, %(at)s, %(at)s,
       jsonb_build_object('impact', (4 + (rank * 7 + place) %% 12 * 0.5)::text), '{"impact": "clear"}', %(at)s
FROM (SELECT *, row_number() OVER (ORDER BY submission_id) AS rank FROM innovation.submissions) AS entries,
     generate_series(0, least(3, %(judges)s) - 1) AS place

-- result_sets --
INSERT INTO innovation.result_sets
    (result_set_id, hackathon_id, number, prepared_by, prepared_at, released_by, released_at)
VALUES (md5('results')::uuid, md5('hackathon 2')::uuid, 1, md5('person 1')::uuid, %(at)s, md5('person 1')::uuid, %(at)s)

-- placings --
INSERT INTO innovation.placings
    (result_set_id, track, submission_id, place, raw_place, normalised, raw, spread, sheets, is_flagged)
SELECT md5('results')::uuid, '', submission_id, rank, rank, 10 - rank * 0.001, 9 - rank * 0.001, 0.2, 3, false
FROM (SELECT submission_id, row_number() OVER (ORDER BY submission_id) AS rank FROM innovation.submissions
      WHERE hackathon_id = md5('hackathon 2')::uuid) AS entries

-- ambassadors --
-- The third person is the first of them. One in ten still applies.
INSERT INTO innovation.ambassadors
    (ambassador_id, person_id, state, state_changed_at, applied_at, governorate, motivation, language, is_listed,
     biography_ar, biography_en, term, term_starts_at, term_ends_at, last_active_at)
SELECT md5('ambassador ' || number)::uuid, md5('person ' || CASE number WHEN 1 THEN 3 ELSE number * 7 END)::uuid,
       CASE WHEN number %% 10 = 9 THEN 'applied' ELSE 'active' END, %(at)s, %(at)s,
       (%(governorates)s::text[])[1 + number %% 11], 'أعلّم', 'ar', true, 'معلّمة', 'Teaches', 1,
       %(at)s::timestamptz - interval '60 days', %(at)s::timestamptz + interval '300 days', %(at)s
FROM generate_series(1, %(ambassadors)s) AS number

-- events --
INSERT INTO innovation.outreach_events
    (event_id, title, language, mode, governorate, topic, audience, starts_at, ends_at, created_at)
SELECT md5('event ' || number)::uuid, 'لقاء البيانات ' || number, 'ar', 'in_place',
       (%(governorates)s::text[])[1 + number %% 11], (ARRAY['open_data', 'mobility', 'environment'])[1 + number %% 3],
       (ARRAY['pupils', 'students', 'public'])[1 + number %% 3], %(at)s::timestamptz - make_interval(days => 1 + number %% 50),
       %(at)s::timestamptz - make_interval(days => 1 + number %% 50) + interval '2 hours', %(at)s
FROM generate_series(1, 5 * %(ambassadors)s) AS number

-- reach_waits --
-- It is counted once for all.
ALTER TABLE innovation.activities DISABLE TRIGGER count_reach

-- activities --
-- Five each; one in five waits to be verified.
INSERT INTO innovation.activities
    (activity_id, event_id, ambassador_id, state, state_changed_at, created_at, reached, minutes, account, counted)
SELECT md5('activity ' || number)::uuid, md5('event ' || number)::uuid,
       md5('ambassador ' || 1 + (number - 1) / 5)::uuid, CASE number %% 5 WHEN 1 THEN 'reported' ELSE 'verified' END, %(at)s,
       %(at)s, 40, 90, 'قرأنا معًا', CASE number %% 5 WHEN 1 THEN NULL ELSE 38 END
FROM generate_series(1, 5 * %(ambassadors)s) AS number

-- reach --
INSERT INTO innovation.reach (month, governorate, topic, audience, events, reached)
SELECT month, coalesce(governorate, ''), topic, audience, count(*), sum(reached) FROM innovation.event_reach GROUP BY 1, 2, 3, 4

-- reach_goes_on --
ALTER TABLE innovation.activities ENABLE TRIGGER count_reach

-- certificates --
-- Every member of a team of the second hackathon is offered one; they are not signed here.
INSERT INTO innovation.certificates
    (certificate_id, short_id, person_id, kind, subject_id, occurrence, occasion_ar, occasion_en, starts_on, ends_on,
     state, state_changed_at, created_at, salt)
SELECT md5('certificate ' || member_id)::uuid, translate(substr(md5(member_id::text), 1, 10), 'ilou', '1100'), person_id,
       'participant', hackathon_id, 1, 'هاكاثون المدينة', 'City hackathon', '2026-11-01', '2026-11-03', 'offered', %(at)s,
       %(at)s, 'salt'
FROM innovation.team_members WHERE hackathon_id = md5('hackathon 2')::uuid

-- mails --
INSERT INTO innovation.outbox
    (mail_id, template, language, person_id, recipient, fields, created_at, due_at, attempts, failed_at, last_error)
SELECT md5('mail ' || number)::uuid, 'people/confirm', 'ar', md5('person ' || number)::uuid,
       'p' || number || '@mail.example', '{}', %(at)s, %(at)s, 8, %(at)s, 'refused'
FROM generate_series(1, %(people)s) AS number

-- readings --
-- Who has looked at the first four people.
INSERT INTO innovation.readings (at, reader, person_id, what)
SELECT %(at)s, md5('person 1')::uuid, md5('person ' || 1 + number %% 4)::uuid, 'people.search'
FROM generate_series(1, %(people)s) AS number

-- papers --
INSERT INTO innovation.ambassador_papers (kind, version, text_ar, text_en, published_at)
SELECT kind, 1, 'نص', 'Text', %(at)s FROM unnest(ARRAY['training', 'conduct']) AS kind
