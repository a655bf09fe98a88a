-- lock --
-- This offering, until the transaction ends.
SELECT FROM innovation.offerings WHERE offering_id = %(object_id)s FOR UPDATE

-- offering_columns --
offering_id, vendor_id, organisation_id, vendors.state = 'verified' AND organisations.state = 'verified' AS is_vendor_listed,
offerings.state, offerings.state_reason, offerings.version, offerings.state_changed_at, offerings.created_at,
draft, published, submission_id

-- queued_rows --
-- Offerings under the title of the draft, or else of what is public.
SELECT
    -- + offering_columns
    , organisations.name_ar AS vendor_ar, organisations.name_en AS vendor_en,
    -- No title is no name.
    nullif(coalesce(draft ->> 'title_ar', versions.title_ar), '') AS titles_ar,
    nullif(coalesce(draft ->> 'title_en', versions.title_en), '') AS titles_en
FROM innovation.offerings JOIN innovation.vendors USING (vendor_id)
JOIN innovation.organisations USING (organisation_id)
LEFT JOIN LATERAL (
    SELECT title_ar, title_en FROM innovation.offering_versions
    WHERE offering_versions.offering_id = offerings.offering_id ORDER BY number DESC LIMIT 1) AS versions ON true

-- some --
-- Some of them, with what there is to know of their vendors.
SELECT
    -- + offering_columns
FROM innovation.offerings JOIN innovation.vendors USING (vendor_id)
JOIN innovation.organisations USING (organisation_id)
WHERE offering_id = ANY (%(offerings)s::uuid[])

-- hold_vendor --
-- Nobody adds another offering of this vendor before the transaction ends.
SELECT FROM innovation.vendors WHERE vendor_id = %(vendor_id)s FOR UPDATE

-- count_of_vendor --
-- Offerings that are not over.
SELECT count(*) FROM innovation.offerings WHERE vendor_id = %(vendor_id)s AND state <> 'retired'

-- of_vendor --
-- All of a vendor, the newest first, under the title of the draft, or else of what is public.
-- + queued_rows
WHERE vendor_id = %(vendor_id)s AND (%(after)s::uuid IS NULL OR (offerings.created_at, offering_id) < (
    SELECT last.created_at, last.offering_id FROM innovation.offerings AS last WHERE last.offering_id = %(after)s))
ORDER BY offerings.created_at DESC, offering_id DESC
LIMIT %(rows)s

-- desk --
-- All for the programme, under the title of the draft, or else of what is public.
SELECT offerings.offering_id, offerings.state, offerings.version, offerings.state_changed_at, offerings.created_at,
       organisations.name_ar AS vendor_ar, organisations.name_en AS vendor_en, organisations.search_text,
       nullif(coalesce(draft ->> 'title_ar', versions.title_ar), '') AS title_ar,
       nullif(coalesce(draft ->> 'title_en', versions.title_en), '') AS title_en
FROM innovation.offerings LEFT JOIN innovation.vendors USING (vendor_id)
LEFT JOIN innovation.organisations USING (organisation_id)
LEFT JOIN innovation.offering_versions AS versions
       ON versions.offering_id = offerings.offering_id AND versions.number = offerings.published

-- own --
-- To which of these companies a person belongs.
SELECT organisation_id FROM innovation.memberships
WHERE organisation_id = ANY (%(organisations)s::uuid[]) AND person_id = %(person_id)s AND state = 'member'

-- create --
-- A draft; not if what it came out of is listed already.
INSERT INTO innovation.offerings
    (offering_id, vendor_id, state, state_changed_at, created_at, draft, submission_id)
VALUES (%(offering_id)s, %(vendor_id)s, %(state)s, %(at)s, %(at)s, %(draft)s, %(submission_id)s)
ON CONFLICT (submission_id) DO NOTHING

-- write --
-- The draft anew, or none, under the next version of the row.
UPDATE innovation.offerings SET version = version + 1, draft = %(draft)s WHERE offering_id = %(offering_id)s

-- move --
-- Into the next state.
UPDATE innovation.offerings SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE offering_id = %(object_id)s

-- numbers --
-- Of the newest versions.
SELECT offering_id, max(number) FROM innovation.offering_versions
WHERE offering_id = ANY (%(offerings)s::uuid[]) GROUP BY offering_id

-- store_version --
-- For good.
INSERT INTO innovation.offering_versions
    (offering_id, number, published_at, title_ar, title_en, summary_ar, summary_en, sectors, capabilities, standards,
     maturity, price_band, governorates, languages, "references", digest)
VALUES
    (%(offering_id)s, %(number)s, %(at)s, nullif(%(title_ar)s, ''), nullif(%(title_en)s, ''),
     nullif(%(summary_ar)s, ''), nullif(%(summary_en)s, ''), %(sectors)s, %(capabilities)s, %(standards)s,
     %(maturity)s, %(price_band)s, %(governorates)s, %(languages)s, %(references)s, %(digest)s)

-- set_published --
-- This version is public, and nothing is left of its draft.
UPDATE innovation.offerings SET published = %(number)s, draft = NULL WHERE offering_id = %(offering_id)s

-- version_columns --
offering_id, number, published_at, encode(digest, 'hex') AS digest, coalesce(title_ar, '') AS title_ar,
coalesce(title_en, '') AS title_en, coalesce(summary_ar, '') AS summary_ar, coalesce(summary_en, '') AS summary_en,
sectors, capabilities, standards, maturity, price_band, governorates, languages, "references"

-- versions --
-- All of an offering, the newest first.
SELECT
    -- + version_columns
FROM innovation.offering_versions
WHERE offering_id = %(offering_id)s
ORDER BY number DESC

-- newest --
-- The newest of each.
SELECT DISTINCT ON (offering_id)
    -- + version_columns
FROM innovation.offering_versions
WHERE offering_id = ANY (%(offerings)s::uuid[])
ORDER BY offering_id, number DESC

-- version --
-- One of them.
SELECT
    -- + version_columns
FROM innovation.offering_versions
WHERE offering_id = %(offering_id)s AND number = %(number)s

-- listed_columns --
vendor_id, vendor_ar, vendor_en, is_sme, submission_id,
-- + version_columns

-- listed --
-- Those of some that everybody sees.
SELECT
    -- + listed_columns
FROM innovation.listed_offerings
WHERE offering_id = ANY (%(offerings)s)

-- recent --
-- What everybody sees, what was published last first.
SELECT
    -- + listed_columns
FROM innovation.listed_offerings
ORDER BY published_at DESC, offering_id
LIMIT %(rows)s

-- lots --
-- The order is that of a day, drawn by its digest with each identifier: nobody can buy a place, and nobody keeps one.
CROSS JOIN LATERAL (SELECT sha256(convert_to(%(day)s || '/' || offering_id, 'UTF8')) AS lot) AS lots
WHERE (%(after)s::uuid IS NULL OR lot > (SELECT sha256(convert_to(%(day)s || '/' || %(after)s::uuid, 'UTF8'))))

-- catalogue --
-- A page of what everybody sees. Lots are drawn for all that was ever published; whether one is listed is asked in their
-- order, and only as far as the page goes.
SELECT
    -- + listed_columns
FROM (
    SELECT offering_id AS drawn_id, lot
    FROM innovation.offerings
    -- + lots
      AND published IS NOT NULL
    ORDER BY lot
) AS drawn
CROSS JOIN LATERAL (
    SELECT * FROM innovation.listed_offerings AS listed WHERE listed.offering_id = drawn_id LIMIT 1
) AS listed
ORDER BY lot
LIMIT (SELECT %(rows)s::bigint)

-- search --
-- A page of what everybody sees and fits: each word is in a text, in the vendor's name or in that of a code. Lots are
-- drawn for what fits, and texts are read for the page.
WITH word AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(words)s) AS word (pattern text, capabilities text[], sectors text[], standards text[])
), drawn AS MATERIALIZED (
    SELECT offering_id, lot
    FROM innovation.listed_offerings AS listed
    -- + lots
      AND (%(sector)s::text IS NULL OR %(sector)s = ANY (sectors))
      AND (%(capability)s::text IS NULL OR %(capability)s = ANY (capabilities))
      AND (%(governorate)s::text IS NULL OR %(governorate)s = ANY (governorates) OR governorates = '{}')
      AND (%(maturity)s::integer IS NULL OR maturity >= %(maturity)s)
      AND (%(price_band)s::text IS NULL OR price_band = %(price_band)s)
      AND (NOT %(sme_only)s OR is_sme)
      AND (%(vendor_id)s::uuid IS NULL OR vendor_id = %(vendor_id)s)
      AND (%(since)s::timestamptz IS NULL OR published_at > %(since)s)
      AND (%(until)s::timestamptz IS NULL OR published_at <= %(until)s)
      AND NOT EXISTS (
        SELECT FROM word
        WHERE NOT (search_text LIKE pattern OR vendor_search_text LIKE pattern
                   OR listed.capabilities && word.capabilities OR listed.sectors && word.sectors
                   OR listed.standards && word.standards))
    ORDER BY lot
    LIMIT %(rows)s
)
SELECT
    -- + listed_columns
FROM drawn JOIN innovation.listed_offerings USING (offering_id)
ORDER BY lot

-- facts --
-- What everybody sees, or the newest of it, as matching looks at it; in the order of identifiers.
-- What is offered in no governorate that is named is offered in all.
SELECT offering_id, vendor_id, title_ar, title_en, summary_ar AS body_ar, summary_en AS body_en, sectors, capabilities,
       standards, maturity, price_band, languages,
       CASE governorates WHEN '{}' THEN %(everywhere)s::text[] ELSE governorates END AS governorates,
       (SELECT coalesce(jsonb_agg(done - '{year,text_ar,text_en}'::text[] ORDER BY place), '[]')
        FROM jsonb_array_elements("references") WITH ORDINALITY AS each (done, place)) AS "references",
       is_sme, true AS is_listed
FROM (SELECT * FROM innovation.listed_offerings ORDER BY published_at DESC, offering_id LIMIT %(rows)s) AS newest
ORDER BY offering_id

-- edition --
-- What changes with anything that changes what everybody sees: how many versions were ever published, and the sums of the
-- versions of all rows that decide what is listed. All of these only grow, so nothing has to be joined.
SELECT (SELECT count(*) FROM innovation.offering_versions) AS published,
       (SELECT coalesce(sum(version), 0)::bigint FROM innovation.offerings) AS offerings,
       (SELECT coalesce(sum(version), 0)::bigint FROM innovation.vendors) AS vendors,
       (SELECT coalesce(sum(version), 0)::bigint FROM innovation.organisations) AS organisations

-- called --
-- What a vendor offers: as it is public, else as its draft calls it.
SELECT coalesce(version.title_ar, version.title_en, offering.draft ->> 'title_ar', offering.draft ->> 'title_en'),
       coalesce(version.title_en, version.title_ar, offering.draft ->> 'title_en', offering.draft ->> 'title_ar')
FROM innovation.offerings AS offering
LEFT JOIN innovation.offering_versions AS version
    ON version.offering_id = offering.offering_id AND version.number = offering.published
WHERE offering.offering_id = %(object_id)s
