-- list_all --
-- Who publishes.
SELECT code, kind, kind = 'simulated', name_en, name_ar, licence, attribution
FROM sources
ORDER BY code
