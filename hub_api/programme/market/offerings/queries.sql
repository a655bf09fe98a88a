-- offerings --
-- What verified vendors offer, after an identifier, ordered by it. The first page is after one as well, so that each is
-- a range of the index. How many rows are asked for is hidden in a question, so that one plan serves all pages.
SELECT offering_id, vendor_id, vendor_en, vendor_ar, is_sme, submission_id, number, published_at, title_en, title_ar,
       summary_en, summary_ar, sectors, capabilities, standards, maturity, price_band, governorates, languages,
       "references", sha256
FROM open_innovation.offerings
WHERE offering_id > %(after)s::uuid
  -- Not with OR: of that the planner believes that hardly a row is left, and sorts them all.
  AND CASE WHEN %(vendor)s::uuid IS NULL THEN true ELSE vendor_id = %(vendor)s END
  AND (%(sector)s::text IS NULL OR %(sector)s = ANY (sectors))
  AND (%(capability)s::text IS NULL OR %(capability)s = ANY (capabilities))
  AND (%(standard)s::text IS NULL OR %(standard)s = ANY (standards))
  AND (%(governorate)s::text IS NULL OR %(governorate)s = ANY (governorates) OR governorates = '{}')
  AND (%(maturity_min)s::integer IS NULL OR maturity >= %(maturity_min)s)
  AND (%(price_band)s::text IS NULL OR price_band = %(price_band)s)
  AND (%(sme)s::boolean IS NULL OR is_sme = %(sme)s)
ORDER BY offering_id
LIMIT (SELECT %(rows)s::bigint)
