-- funding_awards --
-- The register after an identifier, ordered by it.
SELECT award_id, state, title_en, title_ar, abstract_en, abstract_ar, currency, amount_minor, paid_minor, starts_on,
       ends_on, contracted_on, governorate, call_code, call_title_en, call_title_ar, recipient_id, recipient_kind,
       recipient_name_en, recipient_name_ar, funder_id, funder_kind, funder_name_en, funder_name_ar, submission_id,
       awarded_at, changed_at
FROM open_innovation.funding_awards
-- As with organisations: payments are summed for these alone.
WHERE award_id = ANY (ARRAY(
    SELECT page.award_id FROM open_innovation.funding_awards AS page
    WHERE (%(after)s::uuid IS NULL OR page.award_id > %(after)s)
      AND (%(funding_award)s::uuid IS NULL OR page.award_id = %(funding_award)s)
      AND (%(call)s::text IS NULL OR page.call_code = %(call)s)
      AND (%(state)s::text IS NULL OR page.state = %(state)s)
      AND (%(governorate)s::text IS NULL OR page.governorate = %(governorate)s)
    ORDER BY page.award_id
    LIMIT %(rows)s))
ORDER BY award_id
