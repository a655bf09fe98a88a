-- offerings_in_review --
-- Lists begin with what waits: half of each does, on either side more than a page.
UPDATE innovation.offerings SET state = 'in_review'
WHERE offering_id IN (SELECT offering_id FROM innovation.offerings WHERE state = 'published' LIMIT %(rows)s / 2)

-- needs_under_review --
UPDATE innovation.needs SET state = 'under_review'
WHERE need_id IN (SELECT need_id FROM innovation.needs WHERE state = 'published' ORDER BY code DESC LIMIT %(rows)s / 2)

-- vendors_to_verify --
UPDATE innovation.vendors SET state = 'verifying'
WHERE vendor_id IN (SELECT vendor_id FROM innovation.vendors WHERE state = 'verified' AND vendor_id <> md5('vendor 1')::uuid
                    LIMIT %(rows)s / 2)

-- organisations_to_verify --
UPDATE innovation.organisations SET state = 'registered'
WHERE organisation_id IN (
    SELECT organisation_id FROM innovation.organisations
    WHERE state = 'verified' AND organisation_id NOT IN (md5('organisation 1')::uuid, md5('organisation 2')::uuid, md5('organisation 3')::uuid)
    LIMIT %(rows)s / 2)

-- applications --
-- As many as there are to be of the first call, and as many that are approved of the second.
INSERT INTO innovation.applications
    (application_id, call_id, state, state_changed_at, created_at, reference, governorate, language, title, summary, answers,
     amount_minor, versions, frozen_digest)
SELECT md5('copy ' || call || ' ' || number)::uuid, md5('call ' || call)::uuid, CASE call WHEN 1 THEN 'in_review' ELSE 'approved' END,
       %(at)s::timestamptz - make_interval(mins => number), %(at)s, call || lpad(to_hex(number), 7, '0'), 'OM-MA', 'ar',
       (ARRAY['قياس المياه الجوفيّة', 'Dust maps', 'إنذار الأودية', 'Cool roofs'])[1 + number %% 4] || ' ' || number, 'نقيس ونشارك',
       '{"1": {"plan": "نقيس سنة"}}', 2000000 + number, 1, sha256(number::text::bytea)
FROM generate_series(1, 2) AS call, generate_series(1, %(rows)s) AS number

-- awards --
INSERT INTO innovation.funding_awards
    (award_id, application_id, call_id, state, state_changed_at, created_at, title_ar, title_en, abstract_ar, abstract_en,
     conditions_ar, conditions_en, currency, amount_minor, starts_on, ends_on, contract, contracted_on)
SELECT md5('copied award ' || application_id)::uuid, application_id, call_id, 'active', state_changed_at, created_at, title, title,
       'نقيس ونشارك', 'Measured and shared', '', '', 'OMR', amount_minor, '2026-12-01', '2027-12-01', reference, '2026-11-20'
FROM innovation.applications
WHERE state = 'approved' AND application_id NOT IN (SELECT application_id FROM innovation.funding_awards)

-- milestones --
INSERT INTO innovation.milestones
    (milestone_id, award_id, state, state_changed_at, created_at, number, title, amount_minor, due_at, report)
SELECT md5('copied milestone ' || award_id)::uuid, award_id, 'accepted', state_changed_at, created_at, 1, 'مرحلة', 500000, %(at)s, 'تم'
FROM innovation.funding_awards WHERE award_id NOT IN (SELECT award_id FROM innovation.milestones)

-- claims --
INSERT INTO innovation.claims
    (claim_id, award_id, milestone_id, state, state_changed_at, created_at, amount_minor, account, approved_by)
SELECT md5('copied claim ' || award_id)::uuid, award_id, milestone_id, 'approved_programme', state_changed_at, created_at, 400000,
       'أنبوب وحساسات', md5('person 19')::uuid
FROM innovation.milestones WHERE award_id NOT IN (SELECT award_id FROM innovation.claims) AND number = 1

-- pilots --
-- As many as there are awards; each grew out of one.
INSERT INTO innovation.pilots
    (pilot_id, state, state_changed_at, created_at, code, award_id, application_id, agency_id, title_ar, title_en, purpose_ar, purpose_en,
     starts_on, ends_on, is_simulated)
SELECT md5('copied pilot ' || award_id)::uuid, 'running', state_changed_at, created_at, 'p' || left(md5(award_id::text), 15), award_id,
       application_id, md5('organisation 3')::uuid, title_ar, title_en, 'في شارع واحد', 'In one street', starts_on, ends_on, true
FROM innovation.funding_awards WHERE award_id NOT IN (SELECT award_id FROM innovation.pilots WHERE award_id IS NOT NULL)

-- teams --
INSERT INTO innovation.teams
    (team_id, hackathon_id, challenge_id, state, state_changed_at, created_at, name, pitch, open_roles)
SELECT md5('copied team ' || number)::uuid, md5('hackathon 1')::uuid, md5('challenge 1')::uuid, 'locked',
       %(at)s::timestamptz - make_interval(mins => number), %(at)s,
       (ARRAY['فريق المدينة', 'ظِلال', 'أمواج', 'Shade'])[1 + number %% 4] || ' جديد ' || number, 'نمشي في الظل', '{}'
FROM generate_series(1, %(rows)s) AS number

-- submissions --
INSERT INTO innovation.submissions
    (submission_id, hackathon_id, team_id, state, state_changed_at, created_at, title, summary, answers, versions,
     frozen_digest)
SELECT md5('copied submission ' || team_id)::uuid, hackathon_id, team_id, 'eligible', state_changed_at, created_at, name, 'أين نمشي',
       '{}', 1, sha256(name::bytea)
FROM innovation.teams WHERE hackathon_id = md5('hackathon 1')::uuid AND team_id NOT IN (SELECT team_id FROM innovation.submissions)

-- ambassadors --
INSERT INTO innovation.ambassadors
    (ambassador_id, person_id, state, state_changed_at, applied_at, governorate, motivation, language, is_listed, biography_ar,
     biography_en, term)
SELECT md5('copied ambassador ' || person_id)::uuid, person_id, 'applied', %(at)s, %(at)s, 'OM-MA', 'أعلّم', 'ar', false, '', '', 0
FROM innovation.people WHERE person_id NOT IN (SELECT person_id FROM innovation.ambassadors) LIMIT %(rows)s

-- called_alike --
-- Half of the ambassadors are called as is searched for, so that a search shows a whole page on either side.
UPDATE innovation.people SET name_ar = 'فاطمة ' || left(md5(person_id::text), 6)
WHERE person_id IN (SELECT person_id FROM innovation.ambassadors WHERE state = 'applied' ORDER BY ambassador_id LIMIT %(rows)s / 2)

-- events --
INSERT INTO innovation.outreach_events
    (event_id, title, language, mode, governorate, topic, audience, starts_at, ends_at, created_at)
SELECT md5('copied event ' || number)::uuid, 'لقاء البيانات ' || number, 'ar', 'in_place', 'OM-MA', 'open_data', 'pupils',
       %(at)s::timestamptz - interval '3 hours', %(at)s::timestamptz - interval '1 hour', %(at)s
FROM generate_series(1, %(rows)s) AS number

-- activities --
INSERT INTO innovation.activities
    (activity_id, event_id, ambassador_id, state, state_changed_at, created_at, reached, minutes, account)
SELECT md5('copied activity ' || number)::uuid, md5('copied event ' || number)::uuid, who[1 + number %% 2],
       'reported', %(at)s::timestamptz - make_interval(mins => number), %(at)s, 40, 90, 'قرأنا معًا'
FROM (SELECT array_agg(ambassador_id) AS who FROM (SELECT ambassador_id FROM innovation.ambassadors ORDER BY 1 LIMIT 2) AS two) AS known
CROSS JOIN generate_series(1, %(rows)s) AS number

-- sessions --
INSERT INTO participation.dialogue_sessions
    (session_id, state, state_changed_at, created_at, decider_id, title_ar, title_en, question_ar, question_en, place_ar, place_en,
     online_link, seats, agenda, announced_at)
SELECT md5('session ' || number)::uuid, 'registration', %(at)s, %(at)s::timestamptz - make_interval(mins => number),
       md5('organisation 3')::uuid, 'الظل في الحي ' || number, 'Shade in the quarter ' || number, 'أين نزرع؟', 'Where do we plant?',
       'المكتبة', 'Library', '', 30, '[]', %(at)s
FROM generate_series(1, %(rows)s) AS number

-- session_dates --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT md5('session ' || number)::uuid, name, %(at)s::timestamptz + make_interval(hours => number), 'Asia/Muscat'
FROM generate_series(1, %(rows)s) AS number, unnest(ARRAY['begins', 'ends']) AS name

-- ideas --
INSERT INTO participation.ideas
    (idea_id, session_id, state, state_changed_at, created_at, email, byline, language, title, body, governorate, body_digest)
SELECT md5('idea ' || number)::uuid, md5('session ' || 1 + number %% 10)::uuid, 'new', %(at)s::timestamptz - make_interval(mins => number),
       %(at)s, '', '', 'ar', 'شجر في الشارع ' || number, 'نزرع السدر على الرصيف', 'OM-MA', sha256(number::text::bytea)
FROM generate_series(1, %(rows)s) AS number

-- idea_dates --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT md5('idea ' || number)::uuid, 'admit_due', %(at)s::timestamptz + make_interval(hours => number), 'Asia/Muscat'
FROM generate_series(1, %(rows)s) AS number

-- survey_forms --
INSERT INTO participation.forms (form_id, version, digest, document, frozen_at)
SELECT md5('copied survey ' || number)::uuid, version, digest, document, frozen_at
FROM participation.forms, generate_series(1, %(rows)s) AS number WHERE form_id = md5('survey 3')::uuid

-- surveys --
INSERT INTO participation.surveys
    (survey_id, state, state_changed_at, created_at, agency_id, decider_id, title_ar, title_en, purpose_ar, purpose_en,
     promised_on, sampling, channels, form_version, form_digest)
SELECT md5('copied survey ' || number)::uuid, state, state_changed_at, created_at - make_interval(mins => number), agency_id, decider_id,
       title_ar || number, title_en || number, purpose_ar, purpose_en, promised_on, sampling, channels, form_version, form_digest
FROM participation.surveys, generate_series(1, %(rows)s) AS number WHERE survey_id = md5('survey 3')::uuid

-- annotations --
INSERT INTO innovation.annotations
    (annotation_id, state, state_changed_at, created_at, changed_at, author_role, kind, title_ar, title_en, text_ar, text_en,
     place, starts_at, is_whole_days)
SELECT md5('annotation ' || number)::uuid, CASE number %% 2 WHEN 0 THEN 'published' ELSE 'withdrawn' END, %(at)s, %(at)s,
       %(at)s::timestamptz - make_interval(mins => number), 'duty_officer', (ARRAY['works', 'event', 'incident'])[1 + number %% 3],
       'أعمال في الشارع ' || number, 'Works in the street ' || number, '', '', 'seeb',
       %(at)s::timestamptz - make_interval(hours => number), false
FROM generate_series(1, %(rows)s) AS number

-- certificates --
INSERT INTO innovation.certificates
    (certificate_id, short_id, person_id, kind, subject_id, occurrence, occasion_ar, occasion_en, starts_on, ends_on, state,
     state_changed_at, created_at, salt)
SELECT md5('copied certificate ' || person_id)::uuid, translate(substr(md5('copied ' || person_id), 1, 10), 'ilou', '1100'), person_id,
       'participant', md5('hackathon 1')::uuid, 1, 'هاكاثون المدينة', 'City hackathon', '2026-11-01', '2026-11-03', 'offered',
       %(at)s, %(at)s, 'salt'
FROM innovation.people LIMIT %(rows)s

-- alerts --
-- Half of them go on.
INSERT INTO alerts (alert_id, rule_code, subject, thing_id, rule, severity, is_public, raised_at, value, cleared_at)
SELECT md5('alert ' || number)::uuid, 'dust', number::text, 1,
       '{"code": "dust", "name": {"ar": "غبار", "en": "Dust"}, "text": {"ar": "ابقَ في الداخل.", "en": "Stay indoors."}}',
       (ARRAY['extreme', 'severe', 'moderate', 'minor'])[1 + number %% 4], true, %(at)s::timestamptz - make_interval(mins => number), 150,
       CASE number %% 2 WHEN 0 THEN %(at)s::timestamptz END
FROM generate_series(1, %(rows)s) AS number
