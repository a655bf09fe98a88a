-- firms --
-- Companies that sell; the first vendor is the first organisation.
INSERT INTO innovation.organisations (organisation_id, kind, name_ar, name_en, state, state_changed_at, registered_at)
SELECT md5('firm ' || number)::uuid, 'company', 'شركة الحلول التجريبيّة ' || number, 'Example solutions ' || number, 'verified', %(at)s, %(at)s
FROM generate_series(2, %(vendors)s) AS number

-- vendors --
-- One in ten is still looked at.
INSERT INTO innovation.vendors
    (vendor_id, organisation_id, state, state_changed_at, created_at, governorate, is_sme, profile_ar, profile_en)
SELECT md5('vendor ' || number)::uuid, md5(CASE number WHEN 1 THEN 'organisation 1' ELSE 'firm ' || number END)::uuid,
       CASE WHEN number %% 10 = 9 THEN 'verifying' ELSE 'verified' END, %(at)s, %(at)s,
       (%(governorates)s::text[])[1 + number %% 11], number %% 3 = 0, 'نصنع حساسات.', 'We make sensors.'
FROM generate_series(1, %(vendors)s) AS number

-- documents --
INSERT INTO innovation.vendor_documents
    (document_id, vendor_id, kind, number, expires_on, name, media_type, size_bytes, digest, added_at, accepted_at)
SELECT md5('document ' || vendor_id || kind)::uuid, vendor_id, kind, '1', '2099-12-31', 'a.pdf', 'application/pdf', 1,
       sha256(kind::bytea), %(at)s, CASE state WHEN 'verified' THEN %(at)s::timestamptz END
FROM innovation.vendors, unnest(ARRAY['commercial_registration', 'tax_card', 'sme_card']) AS kind

-- offerings --
-- Some each; one in twenty waits to be looked at.
INSERT INTO innovation.offerings (offering_id, vendor_id, state, state_changed_at, created_at, draft, published)
SELECT md5('offering ' || number)::uuid, md5('vendor ' || 1 + (number - 1) %% %(vendors)s)::uuid,
       CASE WHEN is_new THEN 'in_review' ELSE 'published' END, %(at)s, %(at)s,
       CASE WHEN is_new THEN jsonb_build_object(
           'title_ar', 'حساس جديد ' || number, 'title_en', 'New sensor ' || number, 'summary_ar', 'يقيس', 'summary_en', 'Measures',
           'sectors', ARRAY['water'], 'capabilities', ARRAY['leak_detection'], 'standards', ARRAY['mqtt'], 'maturity', 8,
           'price_band', NULL, 'governorates', '[]'::jsonb, 'languages', ARRAY['ar'], 'references', '[]'::jsonb) END,
       CASE WHEN is_new THEN NULL ELSE 1 END
FROM generate_series(1, %(offerings)s) AS number, LATERAL (SELECT number %% 20 = 19) AS way (is_new)

-- offering_versions --
INSERT INTO innovation.offering_versions
    (offering_id, number, published_at, title_ar, title_en, summary_ar, summary_en, sectors, capabilities, standards, maturity,
     price_band, governorates, languages, "references", digest)
SELECT offering_id, 1, %(at)s,
       (ARRAY['إنارة ذكيّة', 'كشف التسرّب', 'عدّادات', 'إدارة النفايات'])[1 + number %% 4] || ' ' || number,
       (ARRAY['Smart lights', 'Leak detection', 'Meters', 'Waste levels'])[1 + number %% 4] || ' ' || number,
       'حساسات ترسل القراءات إلى المدينة.', 'Sensors that send readings to the city.',
       ARRAY[(%(sectors)s::text[])[1 + number %% cardinality(%(sectors)s::text[])]],
       ARRAY[(%(capabilities)s::text[])[1 + number %% cardinality(%(capabilities)s::text[])],
             (%(capabilities)s::text[])[1 + (number + 11) %% cardinality(%(capabilities)s::text[])]],
       ARRAY[(%(standards)s::text[])[1 + number %% cardinality(%(standards)s::text[])]], 4 + number %% 6,
       (%(price_bands)s::text[])[1 + number %% cardinality(%(price_bands)s::text[])], '{}', '{ar,en}', '[]', sha256(number::text::bytea)
FROM generate_series(1, %(offerings)s) AS number JOIN innovation.offerings ON offering_id = md5('offering ' || number)::uuid
WHERE published = 1

-- needs --
-- The first is answered by sealed responses, the second by introductions, responses to the third have been opened; one
-- in ten of the others waits to be looked at, one is awarded. They are of the agencies, which are every third organisation.
INSERT INTO innovation.needs
    (need_id, organisation_id, state, state_reason, state_changed_at, created_at, published_at, code, title_ar, title_en,
     problem_ar, problem_en, client_kind, sector, capabilities, capabilities_wished, standards, maturity_min, governorate,
     languages, currency, budget_minor, is_budget_public, sme_only, is_sealed, criteria)
SELECT md5('need ' || number)::uuid, md5('organisation ' || 3 * (1 + (number - 1) / 3 %% (%(organisations)s / 3)))::uuid, state,
       CASE state WHEN 'awarded' THEN 'standstill_over' END, %(at)s, %(at)s,
       CASE state WHEN 'under_review' THEN NULL ELSE %(at)s::timestamptz END, 'bench-need-' || number,
       (ARRAY['كشف تسرّب المياه', 'إنارة الشوارع', 'مواقف السيّارات'])[1 + number %% 3] || ' ' || number, 'Need ' || number,
       'تُفقد مياه كثيرة.', 'Much water is lost.', 'utility', (%(sectors)s::text[])[1 + number %% cardinality(%(sectors)s::text[])],
       ARRAY[(%(capabilities)s::text[])[1 + (number - 1) %% cardinality(%(capabilities)s::text[])]], '{}', '{}', 4, 'OM-MA', '{ar}', 'OMR',
       25000000, true, false, is_sealed,
       CASE WHEN is_sealed THEN '[{"code": "fit", "name_ar": "الملاءمة", "name_en": "Fit", "weight": "100",
                                   "may_be_not_applicable": false}]'::jsonb ELSE '[]' END
FROM generate_series(1, %(needs)s) AS number,
     LATERAL (SELECT CASE WHEN number = 3 THEN 'evaluating' WHEN number %% 10 = 4 THEN 'under_review'
                          WHEN number %% 10 = 5 THEN 'awarded' ELSE 'published' END) AS way (state),
     LATERAL (SELECT number %% 2 = 1) AS kind (is_sealed)

-- need_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT need_id, name, %(at)s::timestamptz + make_interval(days => CASE WHEN state IN ('evaluating', 'awarded') THEN -15 ELSE 0 END + 5 * place::integer),
       'Asia/Muscat'
FROM innovation.needs, unnest(ARRAY['questions_close', 'responses_close']) WITH ORDINALITY AS planned (name, place)

-- openers --
-- Person 14 for the agency, the first for the programme.
INSERT INTO innovation.need_openers (opener_id, need_id, person_id, side, added_at, public_key, key_made_at)
SELECT md5('opener ' || need_id || person)::uuid, need_id, md5('person ' || person)::uuid,
       CASE person WHEN 14 THEN 'agency' ELSE 'programme' END, %(at)s, sha256((need_id::text || person)::bytea), %(at)s
FROM innovation.needs, unnest(ARRAY[1, 14]) AS person WHERE is_sealed

-- responses --
-- Twenty to the third need, all opened.
INSERT INTO innovation.responses
    (response_id, need_id, vendor_id, organisation_id, state, state_changed_at, created_at, sealed_at, sealed, digest)
SELECT md5('response ' || number)::uuid, md5('need 3')::uuid, vendor_id, organisation_id, 'compliant', %(at)s, %(at)s, %(at)s,
       'x'::bytea, sha256(number::text::bytea)
FROM generate_series(1, least(%(vendors)s, 20)) AS number JOIN innovation.vendors ON vendor_id = md5('vendor ' || number)::uuid
WHERE state = 'verified'

-- response_contents --
INSERT INTO innovation.response_contents (response_id, document, opened_at)
SELECT response_id,
       convert_to(jsonb_build_object('summary', 'نسمع الأنابيب', 'answers', jsonb_build_object('fit', 'جيد'),
                                     'price', jsonb_build_object('currency', 'OMR', 'minor', 19500500), 'files', '[]'::jsonb)::text, 'UTF8'),
       %(at)s
FROM innovation.responses

-- introductions --
-- Each of another offering, in turns with the needs that are open to them; the first has led to a pilot.
INSERT INTO innovation.introductions
    (introduction_id, need_id, offering_id, offering_number, state, state_reason, state_changed_at, created_at, suggested_by,
     score, parts, agency_interested_at, vendor_interested_at, agency_contact, vendor_contact, shared_at, met_at, pilot_at)
SELECT md5('introduction ' || place)::uuid, need_id, offering_id, 1, state, CASE state WHEN 'declined' THEN 'not_now' END, %(at)s,
       %(at)s, 'programme', 61000, '[]', CASE WHEN far > 0 THEN moment END, CASE WHEN far > 1 THEN moment END,
       CASE WHEN far > 0 THEN md5('person 14')::uuid END, CASE WHEN far > 1 THEN md5('person 4')::uuid END,
       CASE WHEN far > 1 THEN moment END, CASE WHEN far > 2 THEN moment END, CASE WHEN far > 3 THEN moment END
FROM (SELECT offering_id, row_number() OVER (ORDER BY offering_id <> md5('offering 1')::uuid, offering_id) AS place
      FROM innovation.offerings WHERE published = 1) AS offered
JOIN (SELECT need_id, row_number() OVER (ORDER BY need_id <> md5('need 2')::uuid, need_id) AS turn, count(*) OVER () AS turns
      FROM innovation.needs WHERE state = 'published' AND NOT is_sealed) AS open ON turn = 1 + (place - 1) %% turns,
     LATERAL (SELECT (ARRAY['suggested', 'pilot', 'agency_interested', 'contacts_shared', 'meeting', 'declined'])[1 + place %% 6],
                     (ARRAY[0, 4, 1, 2, 3, 0])[1 + place %% 6], %(at)s::timestamptz) AS way (state, far, moment)
WHERE place <= %(introductions)s

-- introduction_deadlines --
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT introduction_id, 'answer_due', %(at)s::timestamptz + interval '20 days', 'Asia/Muscat' FROM innovation.introductions

-- pilots --
INSERT INTO innovation.pilots
    (pilot_id, state, state_changed_at, created_at, code, introduction_id, agency_id, provider_id, title_ar, title_en, purpose_ar,
     purpose_en, starts_on, ends_on, is_simulated, agreed_at, started_at)
SELECT md5('pilot ' || introduction_id)::uuid, 'running', %(at)s, %(at)s, 'b' || left(replace(introduction_id::text, '-', ''), 15),
       introduction_id, needs.organisation_id, vendors.organisation_id, 'نجرب السماع', 'We try to listen', 'في شارع واحد',
       'In one street', '2026-11-01', '2027-05-01', true, %(at)s, %(at)s
FROM innovation.introductions JOIN innovation.needs USING (need_id) JOIN innovation.offerings USING (offering_id)
JOIN innovation.vendors USING (vendor_id)
WHERE introductions.state = 'pilot'
