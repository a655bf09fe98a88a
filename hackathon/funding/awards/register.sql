-- entries --
-- A page of the register, the newest first; or one award.
SELECT award.award_id, award.state, award.title_ar, award.title_en, award.abstract_ar, award.abstract_en,
       award.currency, award.amount_minor,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.payments AS own
        WHERE own.award_id = award.award_id) AS paid_minor,
       award.starts_on, award.ends_on, application.governorate, call.call_id, call.title_ar AS call_ar,
       call.title_en AS call_en, organisation.name_ar AS recipient_ar, organisation.name_en AS recipient_en
FROM innovation.funding_awards AS award
JOIN innovation.applications AS application USING (application_id)
JOIN innovation.calls AS call ON call.call_id = award.call_id
LEFT JOIN innovation.organisations AS organisation
    ON organisation.organisation_id = application.organisation_id AND organisation.state = 'verified'
WHERE award.state = ANY (%(states)s::text[]) AND award.search_text LIKE %(pattern)s
  AND (%(award_id)s::uuid IS NULL OR award.award_id = %(award_id)s)
  AND (%(after)s::uuid IS NULL OR (award.created_at, award.award_id) < (
      SELECT created_at, award_id FROM innovation.funding_awards AS last WHERE last.award_id = %(after)s))
ORDER BY award.created_at DESC, award.award_id DESC LIMIT %(rows)s

-- totals --
-- What the whole register grants and what was paid of it.
SELECT currency, sum(amount_minor), coalesce(sum(paid), 0)
FROM innovation.funding_awards
LEFT JOIN (SELECT award_id, sum(amount_minor) AS paid FROM innovation.payments GROUP BY award_id) AS sent
    USING (award_id)
WHERE state = ANY (%(states)s::text[])
GROUP BY currency ORDER BY currency

-- waiting --
-- To whom nothing was offered yet; without what is hidden.
-- Who it is is asked of indexes alone: nearly all of a long call have an award.
SELECT application_id, reference, round, title, summary, amount_minor, '' AS conditions_ar, '' AS conditions_en
FROM innovation.applications
WHERE application_id = ANY (ARRAY(
    SELECT approved.application_id FROM innovation.applications AS approved
    WHERE approved.call_id = %(call_id)s AND approved.state IN ('approved', 'approved_with_conditions') AND approved.versions > 0
      AND NOT EXISTS (SELECT FROM innovation.funding_awards AS own WHERE own.application_id = approved.application_id)))
  AND application_id <> ALL (%(hidden)s::uuid[])
ORDER BY reference
