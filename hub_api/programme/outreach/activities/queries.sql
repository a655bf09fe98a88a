-- reach --
-- Whom ambassadors reached, by month, governorate (none online), topic and audience, after one of these.
SELECT to_char(month, 'YYYY-MM') AS year_month, governorate, topic, audience, events, reached
FROM open_innovation.ambassador_reach
WHERE (%(after_month)s::date IS NULL
       OR (month, coalesce(governorate, ''), topic, audience)
          > (%(after_month)s, %(after_governorate)s, %(after_topic)s, %(after_audience)s))
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (%(topic)s::text IS NULL OR topic = %(topic)s)
  AND (%(audience)s::text IS NULL OR audience = %(audience)s)
ORDER BY month, coalesce(governorate, ''), topic, audience
LIMIT %(rows)s
