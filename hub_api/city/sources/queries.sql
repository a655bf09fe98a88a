-- page --
-- Who publishes, after a code; some of them if named.
SELECT code, kind, kind = 'simulated', name_en, name_ar, licence, attribution
FROM sources
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(sources)s::text[] IS NULL OR code = ANY(%(sources)s))
ORDER BY code
LIMIT %(rows)s
