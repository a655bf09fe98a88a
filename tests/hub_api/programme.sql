-- A hackathon that takes registrations, with a challenge about the simulator and its station.
INSERT INTO innovation.organisations (organisation_id, kind, name_en, name_ar, state, state_changed_at, registered_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'agency', 'Shade Office', 'مكتب الظل', 'verified',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z');
INSERT INTO innovation.hackathons (hackathon_id, state, state_changed_at, created_at, code, title_ar, title_en,
    summary_ar, summary_en, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds)
VALUES ('00000000-0000-4000-8000-000000000002', 'registration_open', '2026-11-24T00:00Z', '2026-11-24T00:00Z',
        'city-heat', 'حر المدينة', 'City heat', 'ظل وماء', 'Shade and water', 'hybrid', 'مسقط', 'Muscat', false, 2, 5, 1);
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT '00000000-0000-4000-8000-000000000002', name, '2026-11-24T00:00Z'::timestamptz + number * interval '1 day',
       'Asia/Muscat'
FROM unnest(ARRAY['challenges_close', 'registration_opens', 'registration_closes', 'team_formation_closes', 'starts',
                  'submissions_close', 'appeals_close']) WITH ORDINALITY AS planned (name, number);
INSERT INTO innovation.challenges (challenge_id, hackathon_id, organisation_id, state, state_changed_at, created_at,
    title_ar, title_en, problem_ar, problem_en, terms)
VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002',
        '00000000-0000-4000-8000-000000000001', 'published', '2026-11-24T00:00Z', '2026-11-24T00:00Z',
        'ظل الحافلات', 'Bus shade', 'أين الظل؟', 'Where is shade?', 'open_source');
INSERT INTO innovation.challenge_datasets VALUES ('00000000-0000-4000-8000-000000000003', 'simulator');
INSERT INTO innovation.challenge_things VALUES ('00000000-0000-4000-8000-000000000003', 'air-01');
-- An ambassador who agreed to be seen, and one who did not.
INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at, created_at)
SELECT id::uuid, mail, mail, name, 'en', 'active', '2026-11-24T00:00Z', '2026-11-24T00:00Z'
FROM (VALUES ('00000000-0000-4000-8000-000000000004', 'listed@example.com', 'Listed'),
             ('00000000-0000-4000-8000-000000000005', 'unlisted@example.com', 'UNLISTED')) AS people (id, mail, name);
INSERT INTO innovation.ambassadors (ambassador_id, person_id, state, state_changed_at, applied_at, governorate,
    motivation, language, is_listed, biography_ar, term, term_starts_at, term_ends_at)
SELECT person_id, person_id, 'active', '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'OM-MA', 'UNLISTED', 'en',
       name_en = 'Listed', 'أعلّم البيانات', 1, '2026-11-24T00:00Z', '2027-11-24T00:00Z'
FROM innovation.people WHERE name_en IN ('Listed', 'UNLISTED');
-- Two verified events, the first told by both ambassadors, and one that nobody has verified.
INSERT INTO innovation.outreach_events (event_id, title, language, mode, governorate, topic, audience, starts_at,
    ends_at, created_at)
SELECT id::uuid, 'UNLISTED', 'ar', mode, governorate, 'open_data', 'pupils', '2026-11-20T06:00Z', '2026-11-20T08:00Z',
       '2026-11-20T08:00Z'
FROM (VALUES ('00000000-0000-4000-8000-000000000006', 'in_place', 'OM-MA'),
             ('00000000-0000-4000-8000-000000000007', 'online', NULL),
             ('00000000-0000-4000-8000-000000000008', 'in_place', 'OM-ZU')) AS events (id, mode, governorate);
INSERT INTO innovation.activities (activity_id, event_id, ambassador_id, state, state_changed_at, created_at, reached,
    account, counted)
SELECT gen_random_uuid(), event::uuid, ambassador::uuid, state, '2026-11-21T00:00Z', '2026-11-20T08:00Z', 99, 'UNLISTED',
       counted
FROM (VALUES ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-000000000004', 'verified', 40),
             ('00000000-0000-4000-8000-000000000006', '00000000-0000-4000-8000-000000000005', 'verified', 30),
             ('00000000-0000-4000-8000-000000000007', '00000000-0000-4000-8000-000000000005', 'verified', 7),
             ('00000000-0000-4000-8000-000000000008', '00000000-0000-4000-8000-000000000005', 'submitted', NULL::integer))
     AS told (event, ambassador, state, counted);
-- A call for funding that takes applications, for the winners of the hackathon.
INSERT INTO innovation.calls (call_id, state, state_changed_at, created_at, code, organisation_id, title_ar, title_en,
    summary_ar, summary_en, currency, budget_minor, award_min_minor, award_max_minor, rounds, round, is_blind,
    reviews_each, eligibility, criteria, hackathon_id)
VALUES ('00000000-0000-4000-8000-000000000010', 'open', '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'city-shade',
        '00000000-0000-4000-8000-000000000001', 'ظل المدينة', 'City shade', 'بحث عن الظل', 'Research about shade', 'OMR',
        90000000, 0, 30000500, 1, 1, true, 3, '{"kinds": ["person"], "governorates": ["OM-MA"], "statements": []}',
        '[{"code": "worth", "name_ar": "القيمة", "name_en": "Worth", "weight": "100", "may_be_not_applicable": false}]',
        '00000000-0000-4000-8000-000000000002');
INSERT INTO innovation.call_forms VALUES ('00000000-0000-4000-8000-000000000010', 1,
    '[{"code": "plan", "name_ar": "الخطة", "name_en": "Plan", "kind": "text", "is_required": true, "characters_max": 2000,
       "is_identifying": false}]');
-- What an earlier call granted, to the organisation.
INSERT INTO innovation.applications (application_id, call_id, state, state_changed_at, created_at, reference,
    organisation_id, governorate, language, title, summary)
VALUES ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000010', 'approved', '2026-11-24T00:00Z',
        '2026-11-24T00:00Z', 'shade234', '00000000-0000-4000-8000-000000000001', 'OM-MA', 'en', 'UNLISTED', 'UNLISTED');
INSERT INTO innovation.funding_awards (award_id, application_id, call_id, state, state_changed_at, created_at, title_ar,
    title_en, abstract_ar, abstract_en, conditions_ar, conditions_en, currency, amount_minor, starts_on, ends_on)
VALUES ('00000000-0000-4000-8000-000000000012', '00000000-0000-4000-8000-000000000011',
        '00000000-0000-4000-8000-000000000010', 'accepted', '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'قياس الظل',
        'Measured shade', 'قياس الظل', 'Shade, measured', 'UNLISTED', 'UNLISTED', 'OMR', 20000500, '2026-12-01', '2027-06-01');
-- A verified vendor and what it offers.
INSERT INTO innovation.organisations (organisation_id, kind, name_ar, name_en, state, state_changed_at, registered_at)
VALUES ('00000000-0000-4000-8000-000000000009', 'company', 'حلول المدن', 'City Solutions', 'verified',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z');
INSERT INTO innovation.vendors (vendor_id, organisation_id, state, state_changed_at, created_at, governorate, is_sme,
    profile_ar, profile_en)
VALUES ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000009', 'verified',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'OM-MA', false, 'نصنع مصابيح.', 'We make lamps.');
INSERT INTO innovation.offerings (offering_id, vendor_id, state, state_changed_at, created_at, published)
VALUES ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-00000000000a', 'published',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z', 1);
INSERT INTO innovation.offering_versions (offering_id, number, published_at, title_ar, title_en, summary_ar, summary_en,
    sectors, capabilities, standards, maturity, price_band, governorates, languages, "references", digest)
VALUES ('00000000-0000-4000-8000-00000000000b', 1, '2026-11-24T00:00Z', 'إنارة الشوارع الذكية', 'Smart street lighting',
        'مصابيح تخفت حين تخلو الطريق.', 'Lamps that dim when the road is empty.', '{energy}', '{smart_lighting}',
        '{mqtt}', 8, '25k_100k', '{OM-MA}', '{en,ar}', '[]', decode(repeat('00', 32), 'hex'));
-- A need that vendors answer, and one that nobody has published.
INSERT INTO innovation.needs (need_id, organisation_id, state, state_changed_at, created_at, published_at, code, title_ar,
    title_en, problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished, standards, maturity_min,
    governorate, languages, currency, budget_minor, is_budget_public, sme_only, is_sealed, criteria)
SELECT need_id::uuid, '00000000-0000-4000-8000-000000000001', state, '2026-11-24T00:00Z', '2026-11-24T00:00Z', published::timestamptz,
       code, 'كشف التسرب', title, 'تُفقد مياه', 'Water is lost', 'utility', 'water', '{leak_detection}', '{}', '{mqtt}', 7,
       'OM-MA', '{ar}', 'OMR', 25000000, code = 'leaks-1', false, true,
       '[{"code": "c1", "name_ar": "الملاءمة", "name_en": "Fit", "weight": "100", "may_be_not_applicable": false}]'
FROM (VALUES ('00000000-0000-4000-8000-000000000020', 'published', '2026-11-24T00:00Z', 'leaks-1', 'Finding leaks'),
             ('00000000-0000-4000-8000-000000000021', 'draft', NULL, 'leaks-2', 'UNLISTED'))
     AS told (need_id, state, published, code, title);
INSERT INTO innovation.deadlines VALUES
    ('00000000-0000-4000-8000-000000000020', 'questions_close', '2026-12-10T20:00Z', 'Asia/Muscat'),
    ('00000000-0000-4000-8000-000000000020', 'responses_close', '2026-12-20T20:00Z', 'Asia/Muscat');
-- An introduction that has led to a pilot.
INSERT INTO innovation.introductions (introduction_id, need_id, offering_id, offering_number, state, state_changed_at,
    created_at, suggested_by, score, parts, agency_interested_at, vendor_interested_at, shared_at, met_at, pilot_at)
SELECT '00000000-0000-4000-8000-000000000030', '00000000-0000-4000-8000-000000000020',
       '00000000-0000-4000-8000-00000000000b', 1, 'pilot', at, at, 'agency', 61000, '[]', at, at, at, at, at
FROM (VALUES ('2026-11-24T00:00Z'::timestamptz)) AS moments (at);
INSERT INTO innovation.pilots (pilot_id, state, state_changed_at, created_at, code, introduction_id, agency_id, provider_id,
    title_ar, title_en, purpose_ar, purpose_en, starts_on, ends_on, is_simulated, agreed_at)
VALUES ('00000000-0000-4000-8000-000000000031', 'agreed', '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'listening',
        '00000000-0000-4000-8000-000000000030', '00000000-0000-4000-8000-000000000001',
        '00000000-0000-4000-8000-000000000009', 'مصابيح تسمع', 'Lamps that listen', 'نجرب في شارع واحد.',
        'We try it in one street.', '2026-12-01', '2027-03-01', true, '2026-11-24T00:00Z');
-- Figures of a survey that was open to all.
INSERT INTO participation.releases (release_id, subject_kind, subject_id, released_at, sampling, n, answered, document, sha256)
SELECT '00000000-0000-4000-8000-000000000040', 'survey', '00000000-0000-4000-8000-000000000041', '2026-11-24T00:00Z',
       'self_selected', 50, 50, document, sha256(convert_to(document, 'UTF8'))
FROM (VALUES ('{"figures":[{"base":50,"channel":null,"code":"hours","high":"0.9023","kind":"share","low":"0.6920","option":"early","value":"0.8200","weighted":false}],"hidden":0,"statement":{"ar":"أجاب 50 شخصًا باختيارهم.","en":"50 people chose to answer."},"tables":[]}')) AS told (document);
-- A decision that is answered in part, with what is done, and one that was entered by mistake.
INSERT INTO participation.decisions (decision_id, state, state_reason, state_changed_at, created_at, title_ar, title_en,
    heard_ar, heard_en, governorate, recommendation_ar, recommendation_en, owner_id, answer_ar, answer_en, reason_ar,
    reason_en, outcome, answered_at)
VALUES ('00000000-0000-4000-8000-000000000040', 'partly', NULL, '2026-11-24T00:00Z', '2026-11-20T00:00Z', 'ظل في الحديقة',
        'Shade in the park', 'لا ظل على المقاعد.', 'The benches have no shade.', 'OM-MA', 'تُزرع أشجار.', 'Plant trees.',
        '00000000-0000-4000-8000-000000000001', 'نزرع عشرين شجرة.', 'We plant twenty trees.', 'لا يتسع المكان لأكثر.',
        'There is no room for more.', 'partly', '2026-11-24T00:00Z'),
       ('00000000-0000-4000-8000-000000000041', 'withdrawn', 'mistaken', '2026-11-24T00:00Z', '2026-11-20T00:00Z', 'ع',
        'UNLISTED', 'ع', 'UNLISTED', NULL, '', '', NULL, '', '', '', '', NULL, NULL);
INSERT INTO participation.decision_grounds
VALUES ('00000000-0000-4000-8000-000000000040', 'need', '00000000-0000-4000-8000-000000000020', '2026-11-20T00:00Z');
INSERT INTO innovation.deadlines
VALUES ('00000000-0000-4000-8000-000000000040', 'answer_due', '2027-01-10T03:30Z', 'Asia/Muscat');
INSERT INTO participation.decision_actions (action_id, decision_id, state, state_changed_at, created_at, owner_id, due_on,
    text_ar, text_en, evidence_link, claimed_at)
VALUES ('00000000-0000-4000-8000-000000000042', '00000000-0000-4000-8000-000000000040', 'claimed', '2026-11-25T00:00Z',
        '2026-11-24T00:00Z', '00000000-0000-4000-8000-000000000001', '2026-12-31', 'تُزرع الأشجار', 'Plant the trees',
        '/v1/latest', '2026-11-25T00:00Z');
-- A complaint, which alone is too few to be told.
INSERT INTO participation.cases (case_id, kind, organisation_id, channel, language, received_at)
VALUES ('00000000-0000-4000-8000-000000000050', 'voice', '00000000-0000-4000-8000-000000000001', 'web', 'ar', '2026-11-24T00:00Z');
INSERT INTO participation.voices (voice_id, kind, state, state_changed_at, topic, subject, body, governorate)
VALUES ('00000000-0000-4000-8000-000000000050', 'complaint', 'received', '2026-11-24T00:00Z', 'waiting', 'UNLISTED', 'UNLISTED',
        'OM-MA');
-- A session whose summary is published, and a draft of another; an idea in it, and one that was held back.
INSERT INTO participation.dialogue_sessions (session_id, state, state_reason, state_changed_at, created_at, decider_id, title_ar,
    title_en, question_ar, question_en, governorate, place_ar, place_en, online_link, seats, agenda, summary_ar, summary_en,
    none_because_ar, none_because_en, announced_at, held_at, published_at)
SELECT id, state, reason, at, at, '00000000-0000-4000-8000-000000000001', 'ساعات الحديقة', title, 'متى تُفتح؟', 'When is it open?',
       'OM-MA', 'مكتبة السيب', 'Library of Seeb', 'https://example.om/UNLISTED', 40,
       '[{"minutes": 30, "subject_ar": "نقاش", "subject_en": "Discussion", "speaker": ""}]', 'قيل', 'It was said', 'لا شيء',
       'Nothing was proposed', told, told, told
FROM (VALUES ('2026-11-24T00:00Z'::timestamptz)) AS moments (at),
     (VALUES ('00000000-0000-4000-8000-000000000060'::uuid, 'published', 'summary_fixed', 'Hours of the park', '2026-11-24T00:00Z'::timestamptz),
             ('00000000-0000-4000-8000-000000000061', 'draft', NULL, 'UNLISTED', NULL)) AS talks (id, state, reason, title, told);
INSERT INTO innovation.deadlines
SELECT '00000000-0000-4000-8000-000000000060', name, instant::timestamptz, 'Asia/Muscat'
FROM (VALUES ('begins', '2026-11-10T13:00Z'), ('ends', '2026-11-10T15:00Z')) AS planned (name, instant);
INSERT INTO participation.ideas (idea_id, session_id, state, state_reason, state_changed_at, created_at, admitted_at, email, byline,
    language, title, body, governorate, body_digest)
VALUES ('00000000-0000-4000-8000-000000000062', '00000000-0000-4000-8000-000000000060', 'open', NULL, '2026-11-24T00:00Z',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z', 'UNLISTED@example.om', 'Umm Salim', 'en', 'A shaded path', 'Trees on both sides.',
        'OM-MA', decode(repeat('00', 32), 'hex')),
       ('00000000-0000-4000-8000-000000000063', NULL, 'held', 'insult', '2026-11-24T00:00Z', '2026-11-24T00:00Z', NULL, '', '',
        'en', 'UNLISTED', 'UNLISTED', NULL, decode(repeat('11', 32), 'hex'));
INSERT INTO participation.idea_supports (support_id, object_id, browser, supported_at)
VALUES ('00000000-0000-4000-8000-000000000064', '00000000-0000-4000-8000-000000000062', '00000000-0000-4000-8000-000000000065',
        '2026-11-24T00:00Z');
-- Reach of the session and of the idea that was held back; themes of what was said, of which one has too few notes.
INSERT INTO participation.reach (reach_id, object_id, medium, measure, number, source, counted_on)
VALUES ('00000000-0000-4000-8000-000000000066', '00000000-0000-4000-8000-000000000060', 'instagram', 'likes', 4600,
        'https://social.example/p/1', '2026-11-24'),
       ('00000000-0000-4000-8000-000000000067', '00000000-0000-4000-8000-000000000063', 'press', 'views', 9,
        'https://example.om/UNLISTED', '2026-11-24');
INSERT INTO participation.themes (object_id, question, code, title_ar, title_en)
VALUES ('00000000-0000-4000-8000-000000000060', 'said', 'shade', 'الظل', 'Shade'),
       ('00000000-0000-4000-8000-000000000060', 'said', 'light', 'الإضاءة', 'UNLISTED');
INSERT INTO participation.told_themes (object_id, question, told_at, notes, document)
VALUES ('00000000-0000-4000-8000-000000000060', 'said', '2026-11-24T00:00Z', 12, '{"numbers": {"shade": 8}, "checked": null}');
-- Works that an officer noted.
INSERT INTO innovation.annotations (annotation_id, state, state_changed_at, created_at, changed_at, author_role, organisation_id,
    kind, title_ar, title_en, text_ar, text_en, place, observed_property, starts_at, ends_at, is_whole_days)
VALUES ('00000000-0000-4000-8000-000000000050', 'published', '2026-11-24T00:00Z', '2026-11-24T00:00Z', '2026-11-24T00:00Z',
        'duty_officer', '00000000-0000-4000-8000-000000000001', 'works', 'حفر في الشارع', 'Digging in the street', '',
        'One lane is closed.', 'matrah', 'pm2_5', '2026-11-22T20:00Z', '2026-11-24T20:00Z', true);
