-- vendor --
-- Vendors that are verified.
SELECT vendor_id AS key, name_ar AS titles_ar, name_en AS titles_en, profile_ar AS texts_ar, profile_en AS texts_en,
       '{}'::text[] AS codes, array_remove(ARRAY[governorate], NULL) AS governorates, '{}'::text[] AS places,
       NULL::timestamptz AS at, '/portal/vendors/' || vendor_id AS path
FROM open_innovation.vendors
