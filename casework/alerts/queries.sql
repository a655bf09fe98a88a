-- alerts --
-- What everybody may know of these alerts.
SELECT alert_id, rule -> 'name' ->> 'ar' AS name_ar, rule -> 'name' ->> 'en' AS name_en, raised_at, cleared_at IS NOT NULL AS is_cleared
FROM public.open_alerts WHERE alert_id = ANY (%(alerts)s)

-- export --
-- Alerts that stand with a person.
SELECT alert_id, rule -> 'name' AS name, raised_at, cleared_at, acknowledged_at FROM public.alerts WHERE assigned_to = %(person_id)s::text

-- erase --
UPDATE public.alerts SET assigned_to = NULL WHERE assigned_to = %(person_id)s::text

-- names_person --
SELECT EXISTS (SELECT FROM innovation.people
               WHERE lower(name_en) = lower(%(words)s) OR name_ar = %(words)s OR person_id::text = lower(%(words)s))
