-- lock --
-- This award, until the transaction ends.
SELECT FROM innovation.funding_awards WHERE award_id = %(object_id)s FOR UPDATE

-- move --
-- A step of an award.
UPDATE innovation.funding_awards
SET state = %(target)s, state_reason = %(reason)s, state_changed_at = %(at)s, version = version + 1
WHERE award_id = %(object_id)s

-- due --
-- Offers whose time is over.
SELECT award_id FROM innovation.funding_awards
JOIN innovation.deadlines ON deadlines.object_id = award_id AND deadlines.name = %(deadline)s
WHERE state = %(source)s AND deadlines.instant <= %(at)s AND award_id > %(after)s
ORDER BY award_id LIMIT %(rows)s FOR UPDATE OF funding_awards SKIP LOCKED

-- standing --
-- An award and what its guards look at; for whom it is their own.
SELECT state, version, application_id, call_id, contract IS NOT NULL,
       (SELECT count(*) FROM innovation.milestones AS own
        WHERE own.award_id = award.award_id AND own.state NOT IN ('accepted', 'dropped')),
       (SELECT count(*) FROM innovation.claims AS own
        WHERE own.award_id = award.award_id AND own.state NOT IN ('paid', 'refused', 'withdrawn')),
       EXISTS (SELECT FROM innovation.applicants AS applicant
               WHERE applicant.application_id = award.application_id AND applicant.person_id = %(actor)s),
       EXISTS (SELECT FROM innovation.audit AS line
               WHERE line.object = award_id AND line.event IN ('offer', 'amend') AND line.subject = %(actor)s::text),
       amount_minor, currency
FROM innovation.funding_awards AS award WHERE award_id = %(object_id)s

-- award_rows --
-- Awards with what is claimed and paid.
SELECT award_id, application_id, call_id, state, state_reason, version, state_changed_at, created_at, title_ar,
       title_en, abstract_ar, abstract_en, conditions_ar, conditions_en, amount_minor, starts_on, ends_on, currency,
       contract, contracted_on,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.claims AS own
        WHERE own.award_id = award.award_id AND own.state NOT IN ('refused', 'withdrawn')) AS claimed_minor,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.payments AS own
        WHERE own.award_id = award.award_id) AS paid_minor
FROM innovation.funding_awards AS award

-- awards --
-- Some of them.
-- + award_rows
WHERE award_id = ANY (%(awards)s)

-- of_call --
-- A page of the awards of a call, in the order of identifiers; in a state or in any; without what is hidden.
-- + award_rows
WHERE call_id = %(call_id)s AND (%(state)s::text IS NULL OR state = %(state)s)
  AND application_id <> ALL (%(hidden)s::uuid[])
  AND (%(after)s::uuid IS NULL OR award_id > %(after)s)
ORDER BY award_id LIMIT %(rows)s

-- of_person --
-- The awards of applications that somebody belongs to, the newest first.
SELECT award_id FROM innovation.funding_awards JOIN innovation.applicants USING (application_id)
WHERE applicants.person_id = %(person_id)s AND applicants.state = 'member'
ORDER BY funding_awards.created_at DESC, award_id LIMIT %(rows)s

-- budget_rows --
-- A call's budget and currency, and what is granted of it.
SELECT budget_minor, currency,
       (SELECT coalesce(sum(amount_minor), 0) FROM innovation.funding_awards AS own
        WHERE own.call_id = calls.call_id AND own.state NOT IN ('declined', 'expired', 'terminated')),
       (SELECT coalesce(sum(payments.amount_minor), 0)
        FROM innovation.payments JOIN innovation.funding_awards AS own USING (award_id)
        WHERE own.call_id = calls.call_id AND own.state = 'terminated')
FROM innovation.calls

-- budget --
-- The same of one call, as it is just now.
-- + budget_rows
WHERE call_id = %(call_id)s

-- hold_call --
-- The same, one offer of a call at a time.
-- + budget_rows
WHERE call_id = %(call_id)s
FOR UPDATE

-- application --
-- What an offer is about.
SELECT call_id, state FROM innovation.applications WHERE application_id = %(application_id)s FOR SHARE

-- create --
-- An offer.
INSERT INTO innovation.funding_awards (
    award_id, application_id, call_id, state, state_changed_at, created_at, title_ar, title_en, abstract_ar,
    abstract_en, conditions_ar, conditions_en, currency, amount_minor, starts_on, ends_on)
VALUES (
    %(award_id)s, %(application_id)s, %(call_id)s, %(state)s, %(at)s, %(at)s, %(title_ar)s, %(title_en)s,
    %(abstract_ar)s, %(abstract_en)s, %(conditions_ar)s, %(conditions_en)s, %(currency)s, %(amount_minor)s,
    %(starts_on)s, %(ends_on)s)
ON CONFLICT (application_id) DO NOTHING

-- write_texts --
-- What everybody reads, and the days.
UPDATE innovation.funding_awards
SET title_ar = %(title_ar)s, title_en = %(title_en)s, abstract_ar = %(abstract_ar)s, abstract_en = %(abstract_en)s,
    starts_on = %(starts_on)s, ends_on = %(ends_on)s, version = version + 1
WHERE award_id = %(award_id)s

-- set_contract --
-- What was signed.
UPDATE innovation.funding_awards SET contract = %(contract)s, contracted_on = %(contracted_on)s, version = version + 1
WHERE award_id = %(award_id)s

-- amend --
-- Another amount.
UPDATE innovation.funding_awards SET amount_minor = %(amount_minor)s, version = version + 1
WHERE award_id = %(award_id)s

-- add_amendment --
-- That it was changed.
INSERT INTO innovation.award_amendments
    (amendment_id, award_id, previous_minor, amount_minor, reason_ar, reason_en, amended_by, amended_at)
VALUES (%(amendment_id)s, %(award_id)s, %(previous_minor)s, %(amount_minor)s, %(reason_ar)s, %(reason_en)s,
    %(by)s, %(amended_at)s)

-- amendments --
-- All of an award, in the order of time.
SELECT previous_minor, amount_minor, reason_ar, reason_en, amended_at FROM innovation.award_amendments
WHERE award_id = %(award_id)s ORDER BY amended_at, amendment_id

-- lock_milestone --
-- This milestone, until the transaction ends.
SELECT FROM innovation.milestones WHERE milestone_id = %(object_id)s FOR UPDATE

-- move_milestone --
-- A step of a milestone.
UPDATE innovation.milestones
SET state = %(target)s, state_reason = %(reason)s, state_changed_at = %(at)s, version = version + 1
WHERE milestone_id = %(object_id)s

-- due_milestone --
-- Milestones whose day has come.
SELECT milestone_id FROM innovation.milestones
JOIN innovation.deadlines ON deadlines.object_id = milestone_id AND deadlines.name = %(deadline)s
WHERE state = %(source)s AND deadlines.instant <= %(at)s AND milestone_id > %(after)s
ORDER BY milestone_id LIMIT %(rows)s FOR UPDATE OF milestones SKIP LOCKED

-- milestone_standing --
-- A milestone and what its guards look at; for whom it is their own.
SELECT milestone.state, milestone.version, award.application_id, award.call_id, award.state,
       milestone.report <> '' AND EXISTS (
           SELECT FROM innovation.milestone_files AS file
           WHERE file.milestone_id = milestone.milestone_id AND file.removed_at IS NULL),
       coalesce(milestone.reported_by = %(actor)s, false) OR EXISTS (
           SELECT FROM innovation.applicants AS applicant
           WHERE applicant.application_id = award.application_id AND applicant.person_id = %(actor)s),
       (SELECT count(*) FROM innovation.claims AS own
        WHERE own.milestone_id = milestone.milestone_id AND own.state NOT IN ('paid', 'refused', 'withdrawn'))
FROM innovation.milestones AS milestone JOIN innovation.funding_awards AS award USING (award_id)
WHERE milestone_id = %(object_id)s

-- milestone_rows --
-- Milestones with what is claimed for them.
SELECT milestone_id, award_id, state, state_reason, version, state_changed_at, number, title, amount_minor, due_at,
       report, reported_by,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.claims AS own
        WHERE own.milestone_id = milestone.milestone_id AND own.state NOT IN ('refused', 'withdrawn')) AS claimed_minor
FROM innovation.milestones AS milestone

-- milestones --
-- All of an award.
-- + milestone_rows
WHERE award_id = %(award_id)s ORDER BY number

-- milestone --
-- One of them.
-- + milestone_rows
WHERE milestone_id = %(milestone_id)s

-- add_milestone --
-- One more, behind the others.
INSERT INTO innovation.milestones (
    milestone_id, award_id, state, state_changed_at, created_at, number, title, amount_minor, due_at)
SELECT %(milestone_id)s, %(award_id)s, %(state)s, %(at)s, %(at)s, coalesce(max(number), 0) + 1, %(title)s,
       %(amount_minor)s, %(due_at)s
FROM innovation.milestones WHERE award_id = %(award_id)s

-- write_report --
-- What its recipients report.
UPDATE innovation.milestones SET report = %(report)s, reported_by = %(by)s, version = version + 1
WHERE milestone_id = %(milestone_id)s

-- milestone_files --
-- Evidence, in the order in which it came.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest FROM innovation.milestone_files
WHERE milestone_id = %(milestone_id)s AND removed_at IS NULL ORDER BY added_at, file_id

-- named_files --
-- Which of these digests are those of files that were ever shown for a milestone.
SELECT encode(digest, 'hex') FROM innovation.milestone_files WHERE digest = ANY (%(digests)s::bytea[])

-- add_milestone_file --
-- Evidence.
INSERT INTO innovation.milestone_files (file_id, milestone_id, name, media_type, size_bytes, digest, added_at)
VALUES (%(file_id)s, %(milestone_id)s, %(name)s, %(media_type)s, %(size_bytes)s, decode(%(digest)s, 'hex'), %(at)s)

-- remove_milestone_file --
-- Evidence that is not.
UPDATE innovation.milestone_files SET removed_at = %(at)s
WHERE file_id = %(file_id)s AND milestone_id = %(milestone_id)s AND removed_at IS NULL

-- lock_claim --
-- This claim, until the transaction ends.
SELECT FROM innovation.claims WHERE claim_id = %(object_id)s FOR UPDATE

-- move_claim --
-- A step of a claim.
UPDATE innovation.claims
SET state = %(target)s, state_reason = %(reason)s, state_changed_at = %(at)s, version = version + 1
WHERE claim_id = %(object_id)s

-- claim_standing --
-- A claim and what its guards look at; for whom it is their own.
SELECT claim.state, claim.version, award.application_id, award.call_id, award.state, milestone.state,
       EXISTS (SELECT FROM innovation.applicants AS applicant
               WHERE applicant.application_id = award.application_id AND applicant.person_id = %(actor)s),
       coalesce(claim.approved_by = %(actor)s, false), coalesce(claim.finance_by = %(actor)s, false), claim.amount_minor,
       award.currency
FROM innovation.claims AS claim JOIN innovation.funding_awards AS award USING (award_id)
JOIN innovation.milestones AS milestone USING (milestone_id)
WHERE claim_id = %(object_id)s

-- claim_rows --
-- Claims with their payments.
SELECT claim_id, award_id, milestone_id, claim.state, claim.state_reason, claim.version, claim.state_changed_at,
       claim.created_at, claim.amount_minor, claim.account, claim.approved_by, claim.finance_by,
       payment.paid_on AS payment_paid_on, payment.reference AS payment_reference,
       payment.amount_minor AS payment_amount_minor, payment.recorded_at AS payment_recorded_at
FROM innovation.claims AS claim LEFT JOIN innovation.payments AS payment USING (claim_id, award_id)

-- claims --
-- All of an award, in the order of time.
-- + claim_rows
WHERE award_id = %(award_id)s ORDER BY claim.created_at, claim_id

-- claim --
-- One of them.
-- + claim_rows
WHERE claim_id = %(claim_id)s

-- calls_with_claims --
-- Calls of whose awards something waits in a state: of each call as far as its first.
SELECT call_id FROM innovation.calls CROSS JOIN LATERAL (
    SELECT FROM (SELECT award_id FROM innovation.funding_awards AS award WHERE award.call_id = calls.call_id OFFSET 0) AS own
    CROSS JOIN LATERAL (
        SELECT FROM innovation.claims AS claim
        WHERE claim.award_id = own.award_id AND claim.state = ANY (%(states)s::text[]) LIMIT 1) AS waiting
    LIMIT 1) AS first
WHERE %(calls)s::uuid[] IS NULL OR call_id = ANY (%(calls)s::uuid[])

-- desk --
-- Claims that wait for somebody, as far as the actor looks after their calls; without what is hidden.
SELECT claim_id, award_id, claim.state, claim.version, claim.state_changed_at, claim.created_at, claim.amount_minor, award.currency,
       award.title_ar, award.title_en, award.search_text,
       (SELECT count(*) FROM innovation.milestone_files AS own WHERE own.milestone_id = claim.milestone_id) AS papers
FROM innovation.claims AS claim LEFT JOIN innovation.funding_awards AS award USING (award_id)
WHERE claim.state = ANY (%(states)s::text[])
  -- Awards are looked up once, and not for each claim that is counted.
  AND (%(calls)s::uuid[] IS NULL OR claim.award_id IN (
       SELECT own.award_id FROM innovation.funding_awards AS own WHERE own.call_id = ANY (%(calls)s::uuid[])))
  AND claim.award_id NOT IN (
      SELECT own.award_id FROM innovation.funding_awards AS own WHERE own.application_id = ANY (%(hidden)s::uuid[]))

-- desk_of_call --
-- What a call has granted, without what is hidden.
SELECT award_id, state, version, state_changed_at, created_at, title_ar, title_en, amount_minor, currency, search_text,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.payments AS own
        WHERE own.award_id = award.award_id) AS paid_minor
FROM innovation.funding_awards AS award
WHERE call_id = %(call_id)s AND application_id <> ALL (%(hidden)s::uuid[])

-- claims_in --
-- What waits in a state, the oldest first; without what is hidden.
SELECT claim_id, award_id, milestone_id, claim.state, claim.state_reason, claim.version, claim.state_changed_at,
       claim.created_at, claim.amount_minor, claim.account, claim.approved_by, claim.finance_by,
       NULL::date AS payment_paid_on, NULL::text AS payment_reference, NULL::bigint AS payment_amount_minor,
       NULL::timestamptz AS payment_recorded_at
FROM innovation.claims AS claim JOIN innovation.funding_awards USING (award_id)
WHERE claim.state = ANY (%(states)s::text[])
  AND (%(calls)s::uuid[] IS NULL OR call_id = ANY (%(calls)s::uuid[]))
  AND application_id <> ALL (%(hidden)s::uuid[])
ORDER BY claim.state_changed_at, claim_id LIMIT %(rows)s

-- add_claim --
-- One more.
INSERT INTO innovation.claims (
    claim_id, award_id, milestone_id, state, state_changed_at, created_at, amount_minor, account)
VALUES (%(claim_id)s, %(award_id)s, %(milestone_id)s, %(state)s, %(at)s, %(at)s, %(amount_minor)s, %(account)s)

-- write_claim --
-- Another amount and what it is for.
UPDATE innovation.claims SET amount_minor = %(amount_minor)s, account = %(account)s, version = version + 1
WHERE claim_id = %(claim_id)s

-- note_approval --
-- Who approved the work, or nobody any more.
UPDATE innovation.claims SET approved_by = %(by)s, finance_by = NULL WHERE claim_id = %(claim_id)s

-- note_finance --
-- Who approved the payment.
UPDATE innovation.claims SET finance_by = %(by)s WHERE claim_id = %(claim_id)s

-- add_payment --
-- That it was sent.
INSERT INTO innovation.payments
    (payment_id, claim_id, award_id, amount_minor, paid_on, reference, recorded_by, recorded_at)
SELECT %(payment_id)s, claim_id, award_id, amount_minor, %(paid_on)s, %(reference)s, %(by)s, %(at)s
FROM innovation.claims WHERE claim_id = %(claim_id)s

-- export --
-- The awards of applications that somebody belongs or belonged to.
SELECT funding_awards.title_en, funding_awards.title_ar, funding_awards.state, amount_minor, currency, starts_on, ends_on
FROM innovation.funding_awards JOIN innovation.applicants USING (application_id)
WHERE applicants.person_id = %(person_id)s ORDER BY funding_awards.created_at

-- export_reports --
-- What somebody reported.
SELECT title, report, milestones.state, due_at FROM innovation.milestones
WHERE reported_by = %(person_id)s ORDER BY due_at

-- export_approvals --
-- What somebody approved or recorded.
SELECT amount_minor, state, created_at, approved_by = %(person_id)s AS approved, finance_by = %(person_id)s AS finance
FROM innovation.claims WHERE approved_by = %(person_id)s OR finance_by = %(person_id)s ORDER BY created_at

-- erase_reports --
-- Reports stay with the award, without saying whose they are.
UPDATE innovation.milestones SET reported_by = NULL WHERE reported_by = %(person_id)s

-- erase_amendments --
-- Who changed an amount stands in the log as a key.
UPDATE innovation.award_amendments SET amended_by = NULL WHERE amended_by = %(person_id)s

-- leads_award --
-- Whether somebody leads an award that is not over.
SELECT EXISTS (
    SELECT FROM innovation.funding_awards JOIN innovation.applicants USING (application_id)
    WHERE applicants.person_id = %(person_id)s AND is_lead
      AND funding_awards.state NOT IN ('declined', 'expired', 'closed', 'terminated'))

-- recipients --
-- To whom mails about an award go: everybody who applied and has an account.
SELECT person_id, people.email, language,
       CASE language WHEN 'ar' THEN coalesce(name_ar, name_en) ELSE coalesce(name_en, name_ar) END AS name
FROM innovation.applicants JOIN innovation.people USING (person_id)
WHERE application_id = %(application_id)s AND applicants.state = 'member' AND people.state = 'active'
  AND people.email IS NOT NULL
ORDER BY is_lead DESC, applicant_id

-- count_approvals --
-- Claims that somebody approved.
SELECT count(*) FROM innovation.claims WHERE approved_by = %(person_id)s OR finance_by = %(person_id)s

-- count_payments --
-- Payments that somebody recorded.
SELECT count(*) FROM innovation.payments WHERE recorded_by = %(person_id)s

-- belongs --
-- Whether somebody applies, or applied, with it.
SELECT EXISTS (
    SELECT FROM innovation.applicants WHERE application_id = %(application_id)s AND person_id = %(person_id)s)

-- called_claim --
-- What is claimed for.
SELECT concat_ws(' – ', award.title_ar, milestone.title), concat_ws(' – ', award.title_en, milestone.title)
FROM innovation.claims AS claim
JOIN innovation.milestones AS milestone USING (milestone_id)
JOIN innovation.funding_awards AS award ON award.award_id = claim.award_id
WHERE claim.claim_id = %(object_id)s

-- called_milestone --
-- A part of what is funded.
SELECT concat_ws(' – ', award.title_ar, milestone.title), concat_ws(' – ', award.title_en, milestone.title)
FROM innovation.milestones AS milestone JOIN innovation.funding_awards AS award USING (award_id)
WHERE milestone.milestone_id = %(object_id)s
