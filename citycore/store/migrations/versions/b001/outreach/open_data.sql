-- What everybody may read of ambassadors, beside the rest of the open data of the programme.
-- Whoever is not listed cannot be found out by a condition that fails for them only.
CREATE VIEW open_innovation.ambassadors WITH (security_barrier) AS
SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en, is_emeritus
FROM innovation.ambassador_directory;
-- Online events belong to no governorate.
CREATE VIEW open_innovation.ambassador_reach WITH (security_barrier) AS
SELECT month, nullif(governorate, '') AS governorate, topic, audience, events, reached
FROM innovation.reach;
GRANT SELECT ON open_innovation.ambassadors, open_innovation.ambassador_reach TO falaj_read;
