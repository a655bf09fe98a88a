-- Since when a preview of a rule is asked for that the worker has not reckoned yet; NULL where nobody waits for one.
ALTER TABLE alert_rules ADD COLUMN preview_wanted_at timestamptz;
CREATE INDEX alert_rules_wanted ON alert_rules (preview_wanted_at) WHERE preview_wanted_at IS NOT NULL;
GRANT UPDATE (preview, previewed_at, preview_wanted_at) ON alert_rules TO falaj_worker;

-- What goes on, the most severe first, as pages list it.
CREATE INDEX alerts_going_on ON alerts (raised_at, alert_id) WHERE cleared_at IS NULL;

-- Who changes the table of an index has all hours judged again.
GRANT INSERT ON air_quality_notes TO falaj_registry;

-- What waits for duty officers, and that alerts stand with nobody who is erased.
GRANT SELECT (alert_id, rule, raised_at, cleared_at, acknowledged_at, assigned_to, is_false) ON alerts TO falaj_portal;
GRANT UPDATE (assigned_to) ON alerts TO falaj_portal;
CREATE INDEX alerts_assigned ON alerts (assigned_to) WHERE assigned_to IS NOT NULL;
