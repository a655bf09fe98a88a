-- desk --
-- All alerts; with whom one stands is a person's name, or whatever unit was named.
SELECT alert_id, name_ar, name_en, text_ar, text_en, severity, raised_at, cleared_at, acknowledged_at, is_false, value, unit,
       thing_ar, thing_en, place_ar, place_en, is_simulated, urgency, assigned_to,
       (SELECT people.name_ar FROM innovation.people WHERE person_id = CASE WHEN assigned_to ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN assigned_to::uuid END) AS keeper_ar,
       (SELECT people.name_en FROM innovation.people WHERE person_id = CASE WHEN assigned_to ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN assigned_to::uuid END) AS keeper_en
FROM public.watched_alerts
