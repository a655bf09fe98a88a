-- hackathons --
-- Hackathons after a code, ordered by code, with their dates and how many challenges they have.
SELECT code, title_en, title_ar, summary_en, summary_ar, state, state_reason, mode, place_en, place_ar,
       is_international, team_members_min, team_members_max, rounds,
       (SELECT count(*) FROM open_innovation.challenges
        WHERE challenges.hackathon_id = hackathon.hackathon_id),
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
                      ORDER BY instant, name)
           FROM open_innovation.deadlines WHERE deadlines.hackathon_id = hackathon.hackathon_id
       ), '[]')
FROM open_innovation.hackathons AS hackathon
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(mode)s::text IS NULL OR mode = %(mode)s)
ORDER BY code
LIMIT %(rows)s

-- challenges --
-- Published challenges after an identifier, ordered by it.
SELECT challenge_id, hackathon_code, title_en, title_ar, problem_en, problem_ar, state, terms,
       organisation_id, organisation_kind, organisation_name_en, organisation_name_ar, datasets, things
FROM open_innovation.challenges
WHERE (%(after)s::uuid IS NULL OR challenge_id > %(after)s)
  AND (%(challenge)s::uuid IS NULL OR challenge_id = %(challenge)s)
  AND (%(hackathon)s::text IS NULL OR hackathon_code = %(hackathon)s)
  AND (%(organisation)s::uuid IS NULL OR organisation_id = %(organisation)s)
  AND (%(dataset)s::text IS NULL OR %(dataset)s = ANY (datasets))
  AND (%(thing)s::text IS NULL OR %(thing)s = ANY (things))
ORDER BY challenge_id
LIMIT %(rows)s

-- organisations --
-- Verified organisations after an identifier, ordered by it.
SELECT organisation_id, kind, name_en, name_ar, challenge_count
FROM open_innovation.organisations
-- Challenges are counted for these alone: a view that is a barrier counts before it knows where the page ends.
WHERE organisation_id = ANY (ARRAY(
    SELECT page.organisation_id FROM open_innovation.organisations AS page
    WHERE (%(after)s::uuid IS NULL OR page.organisation_id > %(after)s)
      AND (%(kind)s::text IS NULL OR page.kind = %(kind)s)
    ORDER BY page.organisation_id
    LIMIT %(rows)s))
ORDER BY organisation_id

-- deadlines --
-- Dates that count of hackathons, calls and needs, in the order of time, after one of them.
SELECT object_id, code, title_en, title_ar, name, instant, zone, extensions, kind
FROM (
    SELECT hackathon_id AS object_id, code, title_en, title_ar, name, instant, zone, extensions, 'hackathon' AS kind
    FROM open_innovation.deadlines
    WHERE %(call)s::text IS NULL AND %(need)s::text IS NULL AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
    UNION ALL
    SELECT call_id, code, title_en, title_ar, name, instant, zone, extensions, 'call'
    FROM open_innovation.call_deadlines
    WHERE %(hackathon)s::text IS NULL AND %(need)s::text IS NULL AND (%(call)s::text IS NULL OR code = %(call)s)
    UNION ALL
    SELECT need_id, code, title_en, title_ar, name, instant, zone, extensions, 'need'
    FROM open_innovation.need_deadlines
    WHERE %(hackathon)s::text IS NULL AND %(call)s::text IS NULL AND (%(need)s::text IS NULL OR code = %(need)s)
) AS dates
WHERE (%(after_instant)s::timestamptz IS NULL
       OR (instant, code, name, kind) > (%(after_instant)s, %(after_code)s, %(after_name)s, %(after_kind)s))
  AND (%(start)s::timestamptz IS NULL OR instant >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR instant < %(end)s)
ORDER BY instant, code, name, kind
LIMIT %(rows)s

-- needs --
-- Needs after a code, ordered by it.
SELECT code, state, state_reason, state_changed_at, published_at, title_en, title_ar, problem_en, problem_ar,
       client_kind, sector, capabilities, capabilities_wished, standards, maturity_min, governorate, languages, currency,
       budget_minor, sme_only, is_sealed, criteria, agency_name_en, agency_name_ar, awarded_to_en, awarded_to_ar, dates
FROM open_innovation.needs
-- As with organisations: dates are gathered for these alone.
WHERE code = ANY (ARRAY(
    SELECT page.code FROM open_innovation.needs AS page
    WHERE (%(after)s::text IS NULL OR page.code > %(after)s)
      AND (%(need)s::text IS NULL OR page.code = %(need)s)
      AND (%(state)s::text IS NULL OR page.state = %(state)s)
      AND (%(governorate)s::text IS NULL OR page.governorate = %(governorate)s)
      AND (%(sector)s::text IS NULL OR page.sector = %(sector)s)
    ORDER BY page.code
    LIMIT %(rows)s))
ORDER BY code

-- calls --
-- Calls for funding after a code, ordered by code, with their dates.
SELECT code, title_en, title_ar, summary_en, summary_ar, state, state_reason, currency, budget_minor,
       award_min_minor, award_max_minor, rounds, is_blind, reviews_each, eligibility, criteria, organisation_id,
       organisation_kind, organisation_name_en, organisation_name_ar, hackathon_code, forms, published_at,
       changed_at, call_id,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
                      ORDER BY instant, name)
           FROM open_innovation.call_deadlines AS dates WHERE dates.call_id = call.call_id
       ), '[]')
FROM open_innovation.calls AS call
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(call)s::text IS NULL OR code = %(call)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(organisation)s::uuid IS NULL OR organisation_id = %(organisation)s)
ORDER BY code
LIMIT %(rows)s

-- opportunities --
-- The same, what was changed last first, as one page with how many there are, or one of them.
SELECT code, title_en, title_ar, summary_en, summary_ar, state, state_reason, currency, budget_minor,
       award_min_minor, award_max_minor, rounds, is_blind, reviews_each, eligibility, criteria, organisation_id,
       organisation_kind, organisation_name_en, organisation_name_ar, hackathon_code, forms, published_at,
       changed_at, call_id,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
                      ORDER BY instant, name)
           FROM open_innovation.call_deadlines AS dates WHERE dates.call_id = call.call_id
       ), '[]')
FROM open_innovation.calls AS call
WHERE (%(call_id)s::uuid IS NULL OR call_id = %(call_id)s)
ORDER BY changed_at DESC, call_id
LIMIT %(rows)s OFFSET %(offset)s

-- count_opportunities --
-- How many there are.
SELECT count(*) FROM open_innovation.calls

-- ambassadors --
-- Ambassadors who agreed to be seen, after an identifier, ordered by it.
SELECT ambassador_id, name_en, name_ar, governorate, biography_en, biography_ar, is_emeritus
FROM open_innovation.ambassadors
WHERE (%(after)s::uuid IS NULL OR ambassador_id > %(after)s)
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
ORDER BY ambassador_id
LIMIT %(rows)s

-- reach --
-- Whom ambassadors reached, by month, governorate (none online), topic and audience, after one of these.
SELECT to_char(month, 'YYYY-MM'), governorate, topic, audience, events, reached
FROM open_innovation.ambassador_reach
WHERE (%(after_month)s::date IS NULL
       OR (month, coalesce(governorate, ''), topic, audience)
          > (%(after_month)s, %(after_governorate)s, %(after_topic)s, %(after_audience)s))
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (%(topic)s::text IS NULL OR topic = %(topic)s)
  AND (%(audience)s::text IS NULL OR audience = %(audience)s)
ORDER BY month, coalesce(governorate, ''), topic, audience
LIMIT %(rows)s

-- submissions --
-- The gallery after an identifier, ordered by it. The first page is after one as well, so that each is a range of the
-- index. How many rows are asked for is hidden in a question: the planner would plan every page anew for it, which
-- takes longer than to read one.
SELECT submission_id, hackathon_code, challenge_id, title, summary, team, state, submitted_at, sha256, continuations
FROM open_innovation.submissions
WHERE submission_id > %(after)s::uuid
  AND (%(hackathon)s::text IS NULL
       OR hackathon_id = (SELECT hackathon_id FROM open_innovation.hackathons WHERE code = %(hackathon)s))
  -- Not with OR: of that the planner believes that hardly a row is left, and begins elsewhere. The hackathon of a
  -- challenge is that of its teams, and is compared without asking for the team.
  AND CASE WHEN %(challenge)s::uuid IS NULL THEN true
           ELSE hackathon_id = (SELECT hackathon_id FROM open_innovation.challenges WHERE challenge_id = %(challenge)s) END
  AND CASE WHEN %(challenge)s IS NULL THEN true ELSE challenge_id = %(challenge)s END
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY submission_id
LIMIT (SELECT %(rows)s::bigint)

-- results --
-- Places by hackathon, track and place, after one of them.
WITH page AS MATERIALIZED (
    SELECT told.*, placed.*
    FROM (
        SELECT result_set_id, hackathon_code, hackathon_title_en, hackathon_title_ar, status, released_at
        FROM open_innovation.told_results
        WHERE (%(after_hackathon)s::text IS NULL OR hackathon_code >= %(after_hackathon)s)
          AND (%(hackathon)s::text IS NULL OR hackathon_code = %(hackathon)s)
          AND (%(status)s::text IS NULL OR status = %(status)s)
        ORDER BY hackathon_code
    ) AS told
    CROSS JOIN LATERAL (
        SELECT track, challenge_id, place, submission_id, normalised, raw, raw_place, sheets
        FROM open_innovation.placings
        WHERE placings.result_set_id = told.result_set_id
          AND CASE WHEN %(after_hackathon)s IS NULL OR told.hackathon_code > %(after_hackathon)s THEN true
                   ELSE (track, place, submission_id)
                        > (%(after_track)s, %(after_place)s::integer, %(after_submission)s::uuid) END
          AND CASE WHEN %(challenge)s::uuid IS NULL THEN true ELSE challenge_id = %(challenge)s END
        ORDER BY track, place, submission_id
        LIMIT (SELECT %(rows)s::bigint)
    ) AS placed
    ORDER BY told.hackathon_code, track, place, submission_id
    LIMIT (SELECT %(rows)s::bigint)
)
SELECT concat_ws('/', hackathon_code, track, place, submission_id), hackathon_code, hackathon_title_en,
       hackathon_title_ar, status, released_at, challenge_id, submission_id, title, team, place, normalised, raw,
       raw_place, sheets
FROM page CROSS JOIN LATERAL (
    SELECT title, team FROM open_innovation.submissions
    WHERE submissions.submission_id = page.submission_id LIMIT 1
) AS submission
ORDER BY hackathon_code, track, place, submission_id

-- awards --
-- Who won what, by hackathon, award and place, after one of them.
WITH page AS MATERIALIZED (
    SELECT hackathon.*, won.*
    FROM (
        SELECT hackathon_id, code, title_en, title_ar
        FROM open_innovation.hackathons
        WHERE state IN ('results_final', 'archived')
          AND (%(after_hackathon)s::text IS NULL OR code >= %(after_hackathon)s)
          AND (%(hackathon)s::text IS NULL OR code = %(hackathon)s)
        ORDER BY code
    ) AS hackathon
    CROSS JOIN LATERAL (
        SELECT award, track, challenge_id, place, votes, submission_id
        FROM open_innovation.awards
        WHERE awards.hackathon_id = hackathon.hackathon_id
          AND (%(after_hackathon)s IS NULL OR hackathon.code > %(after_hackathon)s
               OR (award, track, place, submission_id)
                  > (%(after_award)s, %(after_track)s, %(after_place)s::bigint, %(after_submission)s::uuid))
          AND (%(challenge)s::uuid IS NULL OR challenge_id = %(challenge)s)
          AND (%(award)s::text IS NULL OR award = %(award)s)
        ORDER BY award, track, place, submission_id
        LIMIT (SELECT %(rows)s::bigint)
    ) AS won
    ORDER BY code, award, track, place, submission_id
    LIMIT (SELECT %(rows)s::bigint)
)
SELECT concat_ws('/', code, award, track, place, page.submission_id), code, title_en, title_ar, award, challenge_id,
       place, votes, submission_id, title, team, continuations
FROM page CROSS JOIN LATERAL (
    SELECT title, team, continuations FROM open_innovation.submissions
    WHERE submissions.submission_id = page.submission_id LIMIT 1
) AS submission
ORDER BY code, award, track, place, submission_id

-- vendors --
-- Verified vendors after an identifier, ordered by it.
SELECT vendor_id, organisation_id, name_en, name_ar, governorate, is_sme, profile_en, profile_ar, website,
       offering_count
FROM open_innovation.vendors
-- As with organisations: offerings are counted for these alone.
WHERE vendor_id = ANY (ARRAY(
    SELECT page.vendor_id FROM open_innovation.vendors AS page
    WHERE (%(after)s::uuid IS NULL OR page.vendor_id > %(after)s)
      AND (%(vendor)s::uuid IS NULL OR page.vendor_id = %(vendor)s)
      AND (%(governorate)s::text IS NULL OR page.governorate = %(governorate)s)
      AND (%(sme)s::boolean IS NULL OR page.is_sme = %(sme)s)
    ORDER BY page.vendor_id
    LIMIT %(rows)s))
ORDER BY vendor_id

-- offerings --
-- What verified vendors offer, after an identifier, ordered by it.
SELECT offering_id, vendor_id, vendor_en, vendor_ar, is_sme, submission_id, number, published_at, title_en, title_ar,
       summary_en, summary_ar, sectors, capabilities, standards, maturity, price_band, governorates, languages,
       "references", sha256
FROM open_innovation.offerings
WHERE (%(after)s::uuid IS NULL OR offering_id > %(after)s)
  AND (%(vendor)s::uuid IS NULL OR vendor_id = %(vendor)s)
  AND (%(sector)s::text IS NULL OR %(sector)s = ANY (sectors))
  AND (%(capability)s::text IS NULL OR %(capability)s = ANY (capabilities))
  AND (%(standard)s::text IS NULL OR %(standard)s = ANY (standards))
  AND (%(governorate)s::text IS NULL OR %(governorate)s = ANY (governorates) OR governorates = '{}')
  AND (%(maturity_min)s::integer IS NULL OR maturity >= %(maturity_min)s)
  AND (%(price_band)s::text IS NULL OR price_band = %(price_band)s)
  AND (%(sme)s::boolean IS NULL OR is_sme = %(sme)s)
ORDER BY offering_id
LIMIT %(rows)s

-- introductions --
-- How many introductions of a year have come how far, by year and stage, after one of these.
SELECT year, stage, introduction_count
FROM open_innovation.introductions
WHERE (%(after_year)s::integer IS NULL OR (year, stage) > (%(after_year)s, %(after_stage)s))
  AND (%(year)s::integer IS NULL OR year = %(year)s)
  AND (%(stage)s::text IS NULL OR stage = %(stage)s)
ORDER BY year, stage
LIMIT %(rows)s

-- pilots --
-- Pilots after a code, ordered by it.
SELECT code, state, state_reason, state_changed_at, agreed_at, title_en, title_ar, purpose_en, purpose_ar, starts_on,
       ends_on, is_simulated, agency_name_en, agency_name_ar, provider_name_en, provider_name_ar, origin, need_code,
       submission_id, award_id, source_code
FROM open_innovation.pilots
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(pilot)s::text IS NULL OR code = %(pilot)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(origin)s::text IS NULL OR origin = %(origin)s)
  AND (%(need)s::text IS NULL OR need_code = %(need)s)
ORDER BY code
LIMIT %(rows)s

-- version --
-- What changes with anything that these lists say.
SELECT (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id)) FROM open_innovation.hackathons AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id, name)) FROM open_innovation.deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY challenge_id)) FROM open_innovation.challenges AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY organisation_id)) FROM open_innovation.organisations AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY ambassador_id)) FROM open_innovation.ambassadors AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY month, governorate, topic, audience)) FROM open_innovation.ambassador_reach AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY submission_id)) FROM open_innovation.submissions AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY result_set_id)) FROM open_innovation.told_results AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY result_set_id, track, submission_id)) FROM open_innovation.placings AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY hackathon_id, award, track, submission_id)) FROM open_innovation.awards AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY call_id)) FROM open_innovation.calls AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY code)) FROM open_innovation.needs AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY call_id, name)) FROM open_innovation.call_deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY award_id)) FROM open_innovation.funding_awards AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY vendor_id)) FROM open_innovation.vendors AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY offering_id)) FROM open_innovation.offerings AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY need_id, name)) FROM open_innovation.need_deadlines AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY year, stage)) FROM open_innovation.introductions AS row),
       (SELECT md5(string_agg(md5(row::text), '' ORDER BY code)) FROM open_innovation.pilots AS row)

-- challenges_of_dataset --
-- Which challenges a dataset is linked by.
SELECT challenge_id, hackathon_code, title_en, title_ar
FROM open_innovation.challenge_datasets WHERE source_code = %(code)s
ORDER BY challenge_id

-- challenges_of_thing --
-- Which challenges a thing is linked by.
SELECT challenge_id, hackathon_code, title_en, title_ar
FROM open_innovation.challenge_things WHERE thing_code = %(code)s
ORDER BY challenge_id

-- has_organisation --
-- Whether an organisation is public: in the list, or by a challenge or a call that names it still.
SELECT EXISTS (SELECT FROM open_innovation.organisations WHERE organisation_id = %(organisation)s)
    OR EXISTS (SELECT FROM open_innovation.challenges WHERE organisation_id = %(organisation)s)
    OR EXISTS (SELECT FROM open_innovation.calls WHERE organisation_id = %(organisation)s)

-- funding_awards --
-- The register after an identifier, ordered by it.
SELECT award_id, state, title_en, title_ar, abstract_en, abstract_ar, currency, amount_minor, paid_minor, starts_on,
       ends_on, contracted_on, governorate, call_code, call_title_en, call_title_ar, recipient_id, recipient_kind,
       recipient_name_en, recipient_name_ar, funder_id, funder_kind, funder_name_en, funder_name_ar, submission_id,
       awarded_at, changed_at
FROM open_innovation.funding_awards
-- As with organisations: payments are summed for these alone.
WHERE award_id = ANY (ARRAY(
    SELECT page.award_id FROM open_innovation.funding_awards AS page
    WHERE (%(after)s::uuid IS NULL OR page.award_id > %(after)s)
      AND (%(funding_award)s::uuid IS NULL OR page.award_id = %(funding_award)s)
      AND (%(call)s::text IS NULL OR page.call_code = %(call)s)
      AND (%(state)s::text IS NULL OR page.state = %(state)s)
      AND (%(governorate)s::text IS NULL OR page.governorate = %(governorate)s)
    ORDER BY page.award_id
    LIMIT %(rows)s))
ORDER BY award_id
