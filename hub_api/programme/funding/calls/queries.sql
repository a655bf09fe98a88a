-- call_row --
-- What is said of a call.
SELECT code, title_en, title_ar, summary_en, summary_ar, state, state_reason, currency, budget_minor,
       award_min_minor, award_max_minor, rounds, is_blind, reviews_each, eligibility, criteria, organisation_id,
       organisation_kind, organisation_name_en, organisation_name_ar, hackathon_code, forms, published_at,
       changed_at, call_id,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                      'deadline', name, 'instant', instant, 'zone', zone, 'extensions', extensions)
                      ORDER BY instant, name)
           FROM open_innovation.call_deadlines AS dates WHERE dates.call_id = call.call_id
       ), '[]') AS dates
FROM open_innovation.calls AS call

-- calls --
-- Calls for funding after a code, ordered by code, with their dates.
-- + call_row
WHERE (%(after)s::text IS NULL OR code > %(after)s)
  AND (%(call)s::text IS NULL OR code = %(call)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(organisation)s::uuid IS NULL OR organisation_id = %(organisation)s)
ORDER BY code
LIMIT %(rows)s

-- opportunities --
-- Calls, what was changed last first, as one page with how many there are, or one of them.
-- + call_row
WHERE (%(call_id)s::uuid IS NULL OR call_id = %(call_id)s)
ORDER BY changed_at DESC, call_id
LIMIT %(rows)s OFFSET %(offset)s

-- count_opportunities --
-- How many there are.
SELECT count(*) FROM open_innovation.calls
