-- calls --
-- The first is being reviewed, the second has told its decisions, the third and every other are open, the rest announced.
INSERT INTO innovation.calls
    (call_id, state, state_changed_at, created_at, code, organisation_id, title_ar, title_en, summary_ar, summary_en,
     currency, budget_minor, award_min_minor, award_max_minor, rounds, round, is_blind, reviews_each, eligibility, criteria)
SELECT md5('call ' || number)::uuid, state, %(at)s, %(at)s, 'bench-call-' || number,
       md5('organisation ' || 1 + number %% %(organisations)s)::uuid, 'دعوة أبحاث المياه ' || number,
       'Research call ' || number, 'أبحاث تنفع المدينة', 'Research for the city', 'OMR', 90000000, 0, 30000000, 1,
       CASE state WHEN 'forecasted' THEN 0 ELSE 1 END, true, 3, '{"kinds": ["person"], "governorates": [], "statements": []}',
       '[{"code": "worth", "name_ar": "القيمة", "name_en": "Worth", "weight": "100", "may_be_not_applicable": false}]'
FROM generate_series(1, %(calls)s) AS number,
     LATERAL (SELECT CASE WHEN number = 1 THEN 'reviewing' WHEN number = 2 THEN 'announced'
                          WHEN number %% 2 = 1 THEN 'open' ELSE 'forecasted' END) AS way (state)

-- call_forms --
INSERT INTO innovation.call_forms (call_id, round, fields)
SELECT md5('call ' || number)::uuid, 1,
       '[{"code": "plan", "name_ar": "الخطة", "name_en": "Plan", "kind": "text", "is_required": true,
          "characters_max": 2000, "is_identifying": false}]'
FROM generate_series(1, %(calls)s) AS number

-- call_deadlines --
-- Around now, as the state of each wants them.
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT call_id, name,
       %(at)s::timestamptz + make_interval(days => 5 * (2 * place - CASE state WHEN 'reviewing' THEN 7 WHEN 'announced' THEN 9
                                                                   WHEN 'open' THEN 3 ELSE 0 END)::integer),
       'Asia/Muscat'
FROM innovation.calls, unnest(%(call_deadlines)s::text[]) WITH ORDINALITY AS planned (name, place)

-- applications --
-- Three of ten in each of the first two calls, one in the third, the others in the calls that are open.
INSERT INTO innovation.applications
    (application_id, call_id, state, state_changed_at, created_at, reference, governorate, language, title, summary, answers,
     amount_minor, versions, frozen_digest)
SELECT md5('application ' || number)::uuid, md5('call ' || home)::uuid, state, %(at)s, %(at)s,
       'b' || lpad(to_hex(number), 7, '0'), (%(governorates)s::text[])[1 + number %% 11], 'ar',
       (ARRAY['قياس المياه الجوفيّة', 'Dust maps', 'إنذار الأودية', 'Cool roofs'])[1 + number %% 4] || ' ' || number,
       'نقيس ونشارك', '{"1": {"plan": "نقيس سنة"}}', 2000000 + number, CASE state WHEN 'draft' THEN 0 ELSE 1 END,
       CASE state WHEN 'draft' THEN NULL ELSE sha256(number::text::bytea) END
FROM generate_series(1, %(applications)s) AS number,
     LATERAL (SELECT CASE WHEN number %% 10 IN (1, 4, 5) THEN 1 WHEN number %% 10 IN (2, 9, 0) THEN 2 WHEN number %% 10 = 3 THEN 3
                          ELSE 3 + 2 * (number / 10 %% ((%(calls)s - 1) / 2)) END) AS house (home),
     LATERAL (SELECT CASE WHEN home = 1 THEN 'in_review' WHEN home = 2 AND number %% 2 = 0 THEN 'approved'
                          WHEN home = 2 THEN 'rejected' WHEN home = 3 THEN 'draft' ELSE 'submitted' END) AS way (state)

-- applicants --
-- The sixth person leads the first three; others one or a few each.
INSERT INTO innovation.applicants
    (applicant_id, application_id, person_id, is_lead, state, state_changed_at, created_at, joined_at)
SELECT md5('applicant ' || number)::uuid, md5('application ' || number)::uuid,
       md5('person ' || CASE WHEN number <= 3 THEN 6 ELSE 20 + number %% greatest(%(people)s - 20, 1) END)::uuid, true,
       'member', %(at)s, %(at)s, %(at)s
FROM generate_series(1, %(applications)s) AS number

-- application_versions --
INSERT INTO innovation.application_versions (application_id, number, round, content, digest, submitted_at)
SELECT application_id, 1, 1,
       jsonb_build_object('round', 1, 'title', title, 'summary', summary, 'answers', answers -> '1', 'confirmed', '[]'::jsonb,
                          'amount_minor', amount_minor, 'organisation', NULL, 'governorate', governorate, 'language', language,
                          'files', '[]'::jsonb),
       frozen_digest, %(at)s
FROM innovation.applications WHERE versions = 1

-- reviewers --
-- Person 18 is the first of them, and of another mail domain than the first applicant; the others are the last people.
INSERT INTO innovation.reviewers
    (reviewer_id, call_id, person_id, capacity, topics, state, state_changed_at, created_at)
SELECT md5('reviewer ' || call || ' ' || number)::uuid, md5('call ' || call)::uuid,
       md5('person ' || CASE number WHEN 1 THEN 18 ELSE %(people)s - number END)::uuid, 50, '{}', 'accepted', %(at)s, %(at)s
FROM generate_series(1, 2) AS call, generate_series(1, %(reviewers)s) AS number

-- copies --
-- Of all that was handed in to the first two calls.
INSERT INTO innovation.anonymised_copies
    (copy_id, call_id, application_id, round, number, code, is_blind, content, prepared_by, prepared_at, released_by,
     released_at)
SELECT md5('copy ' || number)::uuid, call_id, application_id, 1, 1, lpad(to_hex(number), 6, '0'), true,
       jsonb_build_object('title', title, 'summary', summary, 'answers', answers -> '1', 'amount_minor', amount_minor),
       md5('person 1')::uuid, %(at)s, md5('person 1')::uuid, %(at)s
FROM generate_series(1, %(applications)s) AS number JOIN innovation.applications ON application_id = md5('application ' || number)::uuid
WHERE call_id IN (md5('call 1')::uuid, md5('call 2')::uuid)

-- reviews --
-- Three of each where there are three reviewers: of the first call one is still to be written, of the second all count.
INSERT INTO innovation.reviews
    (review_id, call_id, round, application_id, reviewer_id, state, state_changed_at, created_at, marks, remark, advice,
     confidence, recommendation, submitted_at)
SELECT md5('review ' || number || ' ' || place)::uuid, call_id, 1, application_id,
       md5('reviewer ' || call || ' ' || 1 + (number - 1 + place) %% %(reviewers)s)::uuid,
       CASE WHEN call = 2 THEN 'locked' WHEN place = 0 THEN 'assigned' ELSE 'submitted' END, %(at)s, %(at)s,
       CASE WHEN is_written THEN jsonb_build_object('worth', (3 + (number + place) %% 7)::text) ELSE '{}' END,
       CASE WHEN is_written THEN 'واضح' ELSE '' END, CASE WHEN is_written THEN 'Say how' ELSE '' END,
       CASE WHEN is_written THEN 'high' END, CASE WHEN is_written THEN 'fund' END, CASE WHEN is_written THEN %(at)s::timestamptz END
FROM generate_series(1, %(applications)s) AS number JOIN innovation.applications ON application_id = md5('application ' || number)::uuid
JOIN generate_series(1, 2) AS call ON call_id = md5('call ' || call)::uuid,
     generate_series(0, least(3, %(reviewers)s) - 1) AS place,
     LATERAL (SELECT call = 2 OR place > 0) AS way (is_written)

-- awards --
-- Of all that was approved; they run.
INSERT INTO innovation.funding_awards
    (award_id, application_id, call_id, state, state_changed_at, created_at, title_ar, title_en, abstract_ar, abstract_en,
     conditions_ar, conditions_en, currency, amount_minor, starts_on, ends_on, contract, contracted_on)
SELECT md5('award ' || number)::uuid, application_id, call_id, 'active', %(at)s, %(at)s, 'قياس المياه ' || number,
       'Measured water ' || number, 'نقيس ونشارك', 'Measured and shared', '', '', 'OMR', amount_minor, '2026-12-01', '2027-12-01',
       'C-' || number, '2026-11-20'
FROM generate_series(1, %(applications)s) AS number JOIN innovation.applications ON application_id = md5('application ' || number)::uuid
WHERE state = 'approved'

-- milestones --
INSERT INTO innovation.milestones
    (milestone_id, award_id, state, state_changed_at, created_at, number, title, amount_minor, due_at, report)
SELECT md5('milestone ' || award_id || ' ' || place)::uuid, award_id, CASE place WHEN 1 THEN 'accepted' ELSE 'due' END, %(at)s,
       %(at)s, place, 'مرحلة ' || place, 500000, %(at)s::timestamptz + make_interval(days => 30 * place), 'تم'
FROM innovation.funding_awards, generate_series(1, 2) AS place

-- milestone_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT milestone_id, 'due', due_at, 'Asia/Muscat' FROM innovation.milestones

-- claims --
-- Half of them are paid, the others wait for finance.
INSERT INTO innovation.claims
    (claim_id, award_id, milestone_id, state, state_changed_at, created_at, amount_minor, account, approved_by, finance_by)
SELECT md5('claim ' || award_id)::uuid, award_id, milestone_id,
       CASE WHEN is_paid THEN 'paid' ELSE 'approved_programme' END, %(at)s, %(at)s, 400000, 'أنبوب وحساسات',
       md5('person 19')::uuid, CASE WHEN is_paid THEN md5('person 1')::uuid END
FROM innovation.milestones JOIN innovation.funding_awards USING (award_id),
     LATERAL (SELECT right(contract, 1)::integer %% 4 = 2) AS way (is_paid)
WHERE number = 1

-- payments --
INSERT INTO innovation.payments (payment_id, claim_id, award_id, amount_minor, paid_on, reference, recorded_by, recorded_at)
SELECT md5('payment ' || claim_id)::uuid, claim_id, award_id, amount_minor, '2026-11-24', 'T-' || left(claim_id::text, 8),
       md5('person 1')::uuid, %(at)s
FROM innovation.claims WHERE state = 'paid'
