-- waiting --
-- An ambassador's own that are over and not told, and reports for somebody who has no part in the event and no
-- organisation in common.
SELECT 'report' AS step, activity_id AS object_id, title AS titles_ar, title AS titles_en, activities.state, instant AS due,
       greatest(activities.state_changed_at, ends_at) AS since, '/account/ambassador/activities/' || activity_id AS path,
       1 AS number
FROM innovation.ambassadors JOIN innovation.activities USING (ambassador_id)
JOIN innovation.outreach_events USING (event_id)
LEFT JOIN innovation.deadlines ON object_id = activity_id AND name = 'report_closes' AND activities.state <> 'returned'
WHERE person_id = %(person_id)s AND activities.state = ANY (%(report)s) AND ends_at <= %(at)s
UNION ALL
SELECT 'verify', activity_id, title, title, activities.state, NULL, activities.state_changed_at,
       '/desk/activities/' || activity_id, 1
FROM innovation.activities JOIN innovation.ambassadors USING (ambassador_id)
JOIN innovation.outreach_events USING (event_id)
WHERE activities.state = ANY (%(verify)s)
  AND activities.event_id NOT IN (
      SELECT parts.event_id FROM innovation.activities AS parts JOIN innovation.ambassadors AS others USING (ambassador_id)
      WHERE others.person_id = %(person_id)s)
  AND activities.ambassador_id NOT IN (
      SELECT colleagues.ambassador_id FROM innovation.ambassadors AS colleagues
      JOIN innovation.memberships AS theirs USING (person_id)
      JOIN innovation.memberships AS ours USING (organisation_id)
      WHERE ours.person_id = %(person_id)s AND theirs.state = 'member' AND ours.state = 'member')
