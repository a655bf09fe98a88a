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
