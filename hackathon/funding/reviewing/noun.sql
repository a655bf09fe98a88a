-- panels --
-- Where reviews wait for a person.
SELECT DISTINCT reviews.call_id FROM innovation.reviewers JOIN innovation.reviews USING (reviewer_id)
WHERE person_id = %(person_id)s AND reviews.state = ANY (%(open)s)

-- waiting --
-- Who is asked to review, and how many reviews are to be written in a call: nothing of what is reviewed, which may be
-- blind, and nothing of applications that do not exist for the reviewer.
SELECT 'answer' AS step, reviewer_id AS object_id, title_ar AS titles_ar, title_en AS titles_en, reviewers.state,
       NULL::timestamptz AS due, reviewers.state_changed_at AS since, '/account/reviews' AS path, 1 AS number
FROM innovation.reviewers JOIN innovation.calls USING (call_id)
WHERE person_id = %(person_id)s AND reviewers.state = ANY (%(answer)s)
  AND calls.state NOT IN ('decided', 'announced', 'archived', 'cancelled')
UNION ALL
SELECT 'review', calls.call_id, title_ar, title_en, min(reviews.state), min(instant), min(reviews.state_changed_at),
       '/calls/' || calls.call_id || '/reviews', count(*)
FROM innovation.reviewers JOIN innovation.reviews USING (reviewer_id, call_id) JOIN innovation.applications USING (application_id)
JOIN innovation.calls ON calls.call_id = reviews.call_id AND calls.round = reviews.round
LEFT JOIN innovation.deadlines ON object_id = calls.call_id AND name = 'reviews_due'
WHERE person_id = %(person_id)s AND reviewers.state = 'accepted' AND reviews.state = ANY (%(review)s)
  AND (reviews.state = 'reopened' OR calls.state = 'reviewing' AND applications.state = 'in_review')
  AND application_id <> ALL (%(hidden)s::uuid[])
GROUP BY calls.call_id
