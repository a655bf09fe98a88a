-- needs --
-- Needs after a code, ordered by it.
SELECT code, state, state_reason, state_changed_at, published_at, title_en, title_ar, problem_en, problem_ar,
       client_kind, sector, capabilities, capabilities_wished, standards, maturity_min, governorate, languages, currency,
       budget_minor, sme_only, is_sealed, criteria, agency_name_en, agency_name_ar, awarded_to_en, awarded_to_ar, dates
FROM open_innovation.needs
-- As with organisations: dates are gathered for these alone.
WHERE code = ANY (ARRAY(
    SELECT page.code FROM open_innovation.needs AS page
    WHERE (%(after)s::text IS NULL OR page.code > %(after)s)
      AND (%(need)s::text IS NULL OR page.code = %(need)s)
      AND (%(state)s::text IS NULL OR page.state = %(state)s)
      AND (%(governorate)s::text IS NULL OR page.governorate = %(governorate)s)
      AND (%(sector)s::text IS NULL OR page.sector = %(sector)s)
    ORDER BY page.code
    LIMIT %(rows)s))
ORDER BY code
