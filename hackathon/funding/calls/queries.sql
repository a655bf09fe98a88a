-- lock --
-- This call, until the transaction ends.
SELECT FROM innovation.calls WHERE call_id = %(object_id)s FOR UPDATE

-- call_rows --
-- Calls; who funds one is named while the organisation is what it said it was, and when it exists no more.
SELECT call_id, state, state_reason, version, state_changed_at, created_at, round, code, title_ar, title_en,
       summary_ar, summary_en, budget_minor, currency AS budget_currency, award_min_minor,
       currency AS award_min_currency, award_max_minor, currency AS award_max_currency, rounds, is_blind,
       reviews_each, calls.organisation_id, hackathon_id, eligibility, criteria,
       funder.organisation_id AS funder_organisation_id, funder.name_ar AS funder_names_ar,
       funder.name_en AS funder_names_en
FROM innovation.calls
LEFT JOIN LATERAL (
    SELECT organisation_id, name_ar, name_en FROM innovation.organisations
    WHERE organisations.organisation_id = calls.organisation_id AND organisations.state IN ('verified', 'dissolved')
) AS funder ON true

-- call --
-- One call.
-- + call_rows
WHERE call_id = %(call_id)s

-- was_public --
-- Whether everybody has ever known of it.
SELECT EXISTS (SELECT FROM innovation.audit
               WHERE object = %(call_id)s AND machine = 'call' AND event IN ('forecast', 'open'))

-- of_code --
-- Which one has this name in addresses.
SELECT call_id FROM innovation.calls WHERE code = %(code)s

-- form --
-- What is asked in a round.
SELECT fields FROM innovation.call_forms WHERE call_id = %(call_id)s AND round = %(round)s

-- set_form --
-- What is asked in a round, written anew.
INSERT INTO innovation.call_forms (call_id, round, fields) VALUES (%(call_id)s, %(round)s, %(fields)s)
ON CONFLICT (call_id, round) DO UPDATE SET fields = EXCLUDED.fields

-- surroundings --
-- What the guards ask about it: planned deadlines, applications that are invited, undecided, in reserve.
SELECT ARRAY(SELECT name FROM innovation.deadlines WHERE object_id = %(call_id)s) AS planned,
       count(*) FILTER (WHERE state = 'invited') AS invited,
       count(*) FILTER (WHERE state NOT IN ('approved', 'approved_with_conditions', 'reserve', 'rejected', 'dismissed',
                                            'ineligible', 'expired', 'withdrawn')) AS undecided,
       count(*) FILTER (WHERE state = 'reserve') AS reserved
FROM innovation.applications WHERE call_id = %(call_id)s

-- move --
-- Into the next state; a round begins with the step that opens it.
UPDATE innovation.calls SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    round = CASE %(target)s WHEN 'open' THEN 1 WHEN 'second_open' THEN 2 ELSE round END
WHERE call_id = %(object_id)s

-- touch --
-- Something that belongs to it was written anew.
UPDATE innovation.calls SET version = version + 1 WHERE call_id = %(call_id)s

-- due --
-- What the clock moves on.
SELECT call_id FROM innovation.calls JOIN innovation.deadlines ON object_id = call_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND call_id > %(after)s
ORDER BY call_id
LIMIT %(rows)s
FOR UPDATE OF calls SKIP LOCKED

-- create --
-- A new one; nothing if its code is taken.
INSERT INTO innovation.calls
    (call_id, state, state_changed_at, created_at, code, organisation_id, hackathon_id, title_ar, title_en,
     summary_ar, summary_en, currency, budget_minor, award_min_minor, award_max_minor, rounds, is_blind,
     reviews_each, eligibility, criteria)
VALUES
    (%(call_id)s, %(state)s, %(at)s, %(at)s, %(code)s, %(organisation_id)s, %(hackathon_id)s, %(title_ar)s,
     %(title_en)s, %(summary_ar)s, %(summary_en)s, %(budget_currency)s, %(budget_minor)s, %(award_min_minor)s,
     %(award_max_minor)s, %(rounds)s, %(is_blind)s, %(reviews_each)s, %(eligibility)s, %(criteria)s)
ON CONFLICT (code) DO NOTHING

-- describe --
-- Write anew what it says about itself, unless the code is another's.
UPDATE innovation.calls SET
    version = version + 1, code = %(code)s, organisation_id = %(organisation_id)s, hackathon_id = %(hackathon_id)s,
    title_ar = %(title_ar)s, title_en = %(title_en)s, summary_ar = %(summary_ar)s, summary_en = %(summary_en)s,
    currency = %(budget_currency)s, budget_minor = %(budget_minor)s, award_min_minor = %(award_min_minor)s,
    award_max_minor = %(award_max_minor)s, rounds = %(rounds)s, is_blind = %(is_blind)s,
    reviews_each = %(reviews_each)s
WHERE call_id = %(call_id)s
  AND NOT EXISTS (SELECT FROM innovation.calls WHERE code = %(code)s AND call_id <> %(call_id)s)

-- set_criteria --
-- What reviewers mark.
UPDATE innovation.calls SET version = version + 1, criteria = %(criteria)s WHERE call_id = %(call_id)s

-- set_eligibility --
-- Who may apply.
UPDATE innovation.calls SET version = version + 1, eligibility = %(eligibility)s WHERE call_id = %(call_id)s

-- is_funder --
-- Whether there is such an organisation, and somebody has verified it.
SELECT EXISTS (SELECT FROM innovation.organisations
               WHERE organisation_id = %(organisation_id)s AND state = 'verified' AND kind <> 'company')

-- funders --
-- Organisations that can fund; a company sells, it gives nothing away.
SELECT organisation_id, name_ar AS names_ar, name_en AS names_en FROM innovation.organisations
WHERE state = 'verified' AND kind <> 'company'
ORDER BY sort_en, organisation_id
LIMIT %(rows)s

-- list --
-- Calls, newest first: those that are public, and of the others those in %(own)s or all.
-- + call_rows
WHERE (%(states)s::text[] IS NULL OR state = ANY (%(states)s::text[]))
  AND (%(pattern)s::text IS NULL OR search_text LIKE %(pattern)s)
  AND (state <> ALL (%(unpublished)s::text[])
           -- A draft that is given up was never public.
           AND (state <> 'cancelled' OR EXISTS (
               SELECT FROM innovation.audit
               WHERE audit.object = calls.call_id AND audit.machine = 'call'
                 AND audit.event IN ('forecast', 'open')))
       OR %(all)s OR call_id = ANY (%(own)s::uuid[]))
  AND (NOT %(run)s OR %(all)s OR call_id = ANY (%(own)s::uuid[]))
  AND (%(since)s::timestamptz IS NULL
       -- What came so far after the one instant and not after the other.
       OR tstzrange(%(since)s, %(until)s, '(]') @> (
           SELECT min(audit.at) FROM innovation.audit
           WHERE audit.object = calls.call_id AND audit.machine = 'call' AND audit.event = ANY (%(begun_by)s::text[])))
  AND (%(after)s::uuid IS NULL
       OR (created_at, call_id) < (SELECT last.created_at, last.call_id FROM innovation.calls AS last
                                   WHERE last.call_id = %(after)s))
ORDER BY created_at DESC, call_id DESC
LIMIT %(rows)s
