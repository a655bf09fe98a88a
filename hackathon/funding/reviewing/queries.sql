-- lock_reviewer --
-- This reviewer, until the transaction ends.
SELECT FROM innovation.reviewers WHERE reviewer_id = %(object_id)s FOR UPDATE

-- reviewer --
-- One reviewer, and how the call stands.
SELECT reviewer_id, reviewers.call_id, person_id, capacity, topics, reviewers.state, reviewers.version,
       calls.state AS call_state
FROM innovation.reviewers JOIN innovation.calls USING (call_id) WHERE reviewer_id = %(reviewer_id)s

-- move_reviewer --
-- Into the next state.
UPDATE innovation.reviewers SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE reviewer_id = %(object_id)s

-- store_reviewer --
-- Somebody is asked, unless they are already.
INSERT INTO innovation.reviewers
    (reviewer_id, call_id, person_id, capacity, topics, state, state_changed_at, created_at)
VALUES
    (%(reviewer_id)s, %(call_id)s, %(person_id)s, %(capacity)s, %(topics)s, %(state)s, %(at)s, %(at)s)
ON CONFLICT DO NOTHING

-- reviewers --
-- Who was asked to review a call, in that order.
SELECT reviewer_id, call_id, person_id, capacity, topics, state, version
FROM innovation.reviewers WHERE call_id = %(call_id)s ORDER BY created_at, reviewer_id

-- own_reviewer --
-- A person as reviewer of a call.
SELECT reviewer_id, call_id, person_id, capacity, topics, state, version FROM innovation.reviewers
WHERE call_id = %(call_id)s AND person_id = %(person_id)s AND state IN ('invited', 'accepted')

-- own_reviewing --
-- What a person reviews, was asked to, or reviewed; the newest first.
SELECT reviewer_id, reviewers.call_id, person_id, capacity, topics, reviewers.state, reviewers.version,
       title_ar, title_en, calls.state AS call_state
FROM innovation.reviewers JOIN innovation.calls USING (call_id)
WHERE person_id = %(person_id)s ORDER BY reviewers.created_at DESC, reviewer_id LIMIT %(rows)s

-- applies --
-- Whether a person applies in a call.
SELECT EXISTS (
    SELECT FROM innovation.applicants JOIN innovation.applications USING (application_id)
    WHERE call_id = %(call_id)s AND person_id = %(person_id)s AND applicants.state = 'member'
      AND applications.state NOT IN ('withdrawn', 'expired'))

-- declare --
-- A reviewer says whom they are close to.
INSERT INTO innovation.reviewer_declarations (declaration_id, reviewer_id, kind, words, application_id, declared_at)
VALUES (%(declaration_id)s, %(reviewer_id)s, %(kind)s, %(words)s, %(application_id)s, %(at)s)
ON CONFLICT (reviewer_id, kind, words, application_id) DO NOTHING

-- count_declarations --
-- How often.
SELECT count(*) FROM innovation.reviewer_declarations WHERE reviewer_id = %(reviewer_id)s

-- said --
-- What a reviewer has declared, as the reviewer reads it again: about an application only that it was.
SELECT kind, words, NULL::uuid AS application_id FROM innovation.reviewer_declarations
WHERE reviewer_id = %(reviewer_id)s ORDER BY kind, words, declaration_id

-- entries --
-- What is reviewed in a round: applications in review that have a released copy, with its code and what it is about.
SELECT applications.application_id, code,
       normalise_text(coalesce(content ->> 'title', '') || ' ' || coalesce(content ->> 'summary', '')) AS words
FROM innovation.applications
JOIN innovation.anonymised_copies ON anonymised_copies.application_id = applications.application_id
    AND anonymised_copies.round = %(round)s
WHERE applications.call_id = %(call_id)s AND applications.state = 'in_review' AND applications.round = %(round)s
  AND released_at IS NOT NULL
ORDER BY code

-- uncopied --
-- What is in review without a released copy.
SELECT application_id FROM innovation.applications
WHERE call_id = %(call_id)s AND state = 'in_review' AND round = %(round)s
  AND NOT EXISTS (SELECT FROM innovation.anonymised_copies AS own
                  WHERE own.application_id = applications.application_id AND own.round = %(round)s
                    AND released_at IS NOT NULL)

-- store_proposal --
-- An assignment to look at, with who would review what.
WITH proposed AS (
    INSERT INTO innovation.review_proposals (proposal_id, call_id, round, seed, made_at)
    VALUES (%(proposal_id)s, %(call_id)s, %(round)s, %(seed)s, %(at)s) RETURNING proposal_id
)
INSERT INTO innovation.review_seats (proposal_id, reviewer_id, application_id, is_bridge, is_new)
SELECT proposal_id, seats.*
FROM proposed, jsonb_to_recordset(%(seats)s) AS seats (reviewer_id uuid, application_id uuid, is_bridge bool, is_new bool)

-- proposal_rows --
-- Proposals with who would review what.
SELECT proposal_id, call_id, round, seed,
       (SELECT coalesce(jsonb_agg(to_jsonb(seats) - 'proposal_id' ORDER BY application_id, reviewer_id), '[]')
        FROM innovation.review_seats AS seats WHERE seats.proposal_id = proposals.proposal_id) AS seats
FROM innovation.review_proposals AS proposals

-- proposal --
-- One that nobody has published.
-- + proposal_rows
WHERE proposal_id = %(proposal_id)s AND published_at IS NULL FOR UPDATE

-- newest_proposal --
-- What was proposed last in a round, unless reviewers have been told.
-- + proposal_rows
WHERE published_at IS NULL AND proposal_id = (
    SELECT proposal_id FROM innovation.review_proposals WHERE call_id = %(call_id)s AND round = %(round)s
    ORDER BY made_at DESC, published_at IS NULL DESC, proposal_id LIMIT 1)

-- mark_published --
-- They have been told.
UPDATE innovation.review_proposals SET published_at = %(at)s WHERE proposal_id = %(proposal_id)s

-- store_review --
-- A review for a seat.
INSERT INTO innovation.reviews
    (review_id, call_id, round, application_id, reviewer_id, state, state_changed_at, created_at)
VALUES
    (%(review_id)s, %(call_id)s, %(round)s, %(application_id)s, %(reviewer_id)s, %(state)s, %(at)s, %(at)s)

-- lock_review --
-- This review, until the transaction ends.
SELECT FROM innovation.reviews WHERE review_id = %(object_id)s FOR UPDATE

-- review_rows --
-- Reviews with the codes of the copies that they are about.
SELECT review_id, reviews.call_id, reviews.round, reviews.application_id, reviewer_id, reviewers.person_id,
       coalesce(copies.code, '') AS code, reviews.state, reviews.version, calls.state AS call_state,
       calls.round AS call_round, applications.state AS application_state, marks, remark, advice, confidence, recommendation, submitted_at
FROM innovation.reviews JOIN innovation.reviewers USING (reviewer_id)
JOIN innovation.calls ON calls.call_id = reviews.call_id
JOIN innovation.applications ON applications.application_id = reviews.application_id
LEFT JOIN innovation.anonymised_copies AS copies ON copies.application_id = reviews.application_id
    AND copies.round = reviews.round

-- review --
-- One review.
-- + review_rows
WHERE review_id = %(review_id)s

-- reviews --
-- Reviews of a round by the codes of the copies, of one person or of all, about some applications or all; without the
-- hidden.
-- + review_rows
WHERE reviews.call_id = %(call_id)s AND reviews.round = %(round)s
  AND (%(person_id)s::uuid IS NULL OR reviewers.person_id = %(person_id)s)
  AND (%(about)s::uuid[] IS NULL OR reviews.application_id = ANY (%(about)s))
  AND reviews.application_id <> ALL (%(hidden)s::uuid[])
ORDER BY copies.code, review_id

-- edition --
-- What changes with every change to the reviews of a round: how many there are, and the sum of their versions; without
-- hidden applications.
SELECT count(*) AS reviews, coalesce(sum(version), 0)::bigint AS versions FROM innovation.reviews
WHERE call_id = %(call_id)s AND round = %(round)s AND application_id <> ALL (%(hidden)s::uuid[])

-- benches --
-- Which reviewers share applications of a round, each such group once: how many they share, and the first; how many without
-- the hidden, and the first few of these.
SELECT people, count(*) AS applications, min(application_id::text)::uuid AS first,
       count(*) FILTER (WHERE application_id <> ALL (%(hidden)s::uuid[])) AS seen,
       coalesce((array_agg(application_id ORDER BY application_id)
                 FILTER (WHERE application_id <> ALL (%(hidden)s::uuid[])))[:%(most)s::integer], '{}') AS named
FROM (
    SELECT application_id, array_agg(DISTINCT reviewers.person_id) AS people
    FROM innovation.reviews JOIN innovation.reviewers USING (reviewer_id)
    WHERE reviews.call_id = %(call_id)s AND reviews.round = %(round)s AND reviews.state <> ALL (%(gone)s::text[])
    GROUP BY application_id
) AS together
GROUP BY people

-- wanting --
-- How many reviews an application lacks that is reviewed in a round and has a released copy; without the hidden.
SELECT applications.application_id, %(needed)s - count(review_id)
FROM innovation.applications
JOIN innovation.anonymised_copies AS copies ON copies.application_id = applications.application_id
    AND copies.round = %(round)s AND released_at IS NOT NULL
LEFT JOIN (
    SELECT review_id, application_id FROM innovation.reviews
    WHERE call_id = %(call_id)s AND round = %(round)s AND state <> ALL (%(gone)s::text[])
) AS own ON own.application_id = applications.application_id
WHERE applications.call_id = %(call_id)s AND applications.state = 'in_review' AND applications.round = %(round)s
  AND applications.application_id <> ALL (%(hidden)s::uuid[])
GROUP BY applications.application_id
HAVING count(review_id) < %(needed)s

-- move_review --
-- Into the next state.
UPDATE innovation.reviews SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    submitted_at = CASE WHEN %(target)s = 'submitted' THEN %(at)s ELSE submitted_at END
WHERE review_id = %(object_id)s

-- write_review --
-- What the reviewer thinks so far.
UPDATE innovation.reviews SET
    version = version + 1, marks = %(marks)s, remark = %(remark)s, advice = %(advice)s, confidence = %(confidence)s,
    recommendation = %(recommendation)s
WHERE review_id = %(review_id)s

-- mark_opened --
-- Its reviewer reads the copy, whether for the first time.
UPDATE innovation.reviews SET opened_at = %(at)s WHERE review_id = %(review_id)s AND opened_at IS NULL

-- progress --
-- How far reviewers are in a round: reviews by state, and when the last was handed in; without hidden applications.
SELECT reviewer_id, person_id, jsonb_object_agg(state, number) AS reviews, max(last) AS last_submitted_at
FROM (SELECT reviewer_id, reviewers.person_id, reviews.state, count(*) AS number, max(submitted_at) AS last
      FROM innovation.reviews JOIN innovation.reviewers USING (reviewer_id)
      WHERE reviews.call_id = %(call_id)s AND reviews.round = %(round)s
        AND application_id <> ALL (%(hidden)s::uuid[])
      GROUP BY reviewer_id, reviewers.person_id, reviews.state) AS by_state
GROUP BY reviewer_id, person_id
ORDER BY reviewer_id

-- export_reviewing --
-- Where a person reviewed.
SELECT calls.code AS call, reviewers.state, capacity, topics, reviewers.created_at
FROM innovation.reviewers JOIN innovation.calls USING (call_id)
WHERE person_id = %(person_id)s ORDER BY reviewers.created_at

-- export_reviews --
-- What they wrote, about copies by their codes.
SELECT copies.code AS copy, reviews.round, reviews.state, marks, remark, advice, confidence, recommendation
FROM innovation.reviews JOIN innovation.reviewers USING (reviewer_id)
LEFT JOIN innovation.anonymised_copies AS copies ON copies.application_id = reviews.application_id
    AND copies.round = reviews.round
WHERE person_id = %(person_id)s AND reviews.application_id <> ALL (%(hidden)s::uuid[])
ORDER BY copies.code, review_id

-- export_declarations --
-- Whom they said that they are close to.
SELECT calls.code AS call, kind, words, declared_at
FROM innovation.reviewer_declarations JOIN innovation.reviewers USING (reviewer_id)
JOIN innovation.calls USING (call_id)
WHERE person_id = %(person_id)s ORDER BY declared_at, declaration_id

-- reviewed_calls --
-- Which calls a person was asked to review.
SELECT DISTINCT call_id FROM innovation.reviewers WHERE person_id = %(person_id)s ORDER BY call_id

-- count_reviewing --
-- How many rows know the person by key.
SELECT count(*) FROM innovation.reviewers WHERE person_id = %(person_id)s

-- erase_declarations --
-- Whom a reviewer is close to concerns nobody any more, and nobody is named in others' words any more.
DELETE FROM innovation.reviewer_declarations AS said USING innovation.reviewers, innovation.people
WHERE said.reviewer_id = reviewers.reviewer_id AND people.person_id = %(person_id)s
  AND (reviewers.person_id = people.person_id OR said.kind = 'address' AND said.words = people.email_key)

-- organisations --
-- An organisation that each of these people belongs to, the oldest membership.
SELECT DISTINCT ON (person_id) person_id, organisation_id::text FROM innovation.memberships
WHERE person_id = ANY (%(people)s::uuid[]) AND state = 'member' ORDER BY person_id, created_at, organisation_id
