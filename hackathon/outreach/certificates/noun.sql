-- waiting --
-- Certificates that the person can accept.
SELECT 'accept' AS step, certificate_id AS object_id, occasion_ar AS titles_ar, occasion_en AS titles_en, state,
       NULL::timestamptz AS due, state_changed_at AS since, '/account/certificates/' || certificate_id AS path, 1 AS number
FROM innovation.certificates WHERE person_id = %(person_id)s AND state = ANY (%(accept)s)
