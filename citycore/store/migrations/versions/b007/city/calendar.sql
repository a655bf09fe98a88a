-- What the operator knows of days: public holidays, Ramadan, school terms, and days on which people work all the same. What is
-- not here and a public holiday all the same is known to the package `holidays`; docs/calendar.md.
CREATE TABLE calendar_entries (
    -- ISO 3166-1, with a subdivision where holidays are its own: OM, AU-VIC.
    country       text NOT NULL DEFAULT 'OM' CHECK (country ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
    kind          text NOT NULL CHECK (kind IN ('holiday', 'working', 'ramadan', 'school_term', 'school_holiday', 'other')),
    starts_on     date NOT NULL,
    -- The last day.
    ends_on       date NOT NULL,
    name_ar       text NOT NULL,
    name_en       text NOT NULL,
    is_confirmed  boolean NOT NULL,
    -- Who says so.
    source        text NOT NULL,
    kept_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (country, kind, starts_on),
    CHECK (ends_on >= starts_on)
);

-- When what is known of days from one to another was last changed: who has counted on it looks again.
CREATE TABLE calendar_changes (
    country     text NOT NULL,
    starts_on   date NOT NULL,
    ends_on     date NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (country, starts_on, ends_on)
);
CREATE FUNCTION note_calendar_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO calendar_changes VALUES (OLD.country, OLD.starts_on, OLD.ends_on, clock_timestamp())
        ON CONFLICT (country, starts_on, ends_on) DO UPDATE SET changed_at = EXCLUDED.changed_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO calendar_changes VALUES (NEW.country, NEW.starts_on, NEW.ends_on, clock_timestamp())
        ON CONFLICT (country, starts_on, ends_on) DO UPDATE SET changed_at = EXCLUDED.changed_at;
    END IF;
    RETURN NULL;
END
$$;

-- When anything was last changed about days of a country from `first` to `last`; NULL if never. A forecast that was issued before
-- is due again.
CREATE FUNCTION calendar_changed_at(of_country text, first date, last date) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT max(changed_at) FROM calendar_changes WHERE country = of_country AND starts_on <= last AND ends_on >= first
$$;

GRANT SELECT ON calendar_entries, calendar_changes TO falaj_worker, falaj_read, falaj_registry, falaj_portal;
GRANT INSERT, UPDATE, DELETE ON calendar_entries, calendar_changes TO falaj_registry;

-- Ramadan, to the day before Eid al-Fitr. Confirmed is what Oman announced, as timeanddate.com lists it (holidays/oman/ramadan-begins and
-- holidays/oman/eid-al-fitr, which the package holidays 0.109 compiles); the others are the package's estimates.
INSERT INTO calendar_entries (kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source)
SELECT 'ramadan', starts_on::date, ends_on::date, 'رمضان', 'Ramadan', is_confirmed,
       CASE WHEN is_confirmed THEN 'timeanddate.com/holidays/oman/ramadan-begins (holidays 0.109)' ELSE 'holidays 0.109' END
FROM (VALUES
    ('2015-06-18', '2015-07-16', false),
    ('2016-06-06', '2016-07-05', false),
    ('2017-05-27', '2017-06-24', false),
    ('2018-05-16', '2018-06-14', false),
    ('2019-05-06', '2019-06-03', false),
    ('2020-04-24', '2020-05-23', false),
    ('2021-04-14', '2021-05-12', true),
    ('2022-04-02', '2022-05-01', false),
    ('2023-03-23', '2023-04-21', true),
    ('2024-03-12', '2024-04-09', true),
    ('2025-03-01', '2025-03-30', true),
    ('2026-02-19', '2026-03-19', true),
    ('2027-02-08', '2027-03-08', false),
    ('2028-01-28', '2028-02-25', false),
    ('2029-01-16', '2029-02-13', false),
    ('2030-01-05', '2030-02-03', false),
    ('2030-12-26', '2031-01-23', false),
    ('2031-12-15', '2032-01-13', false),
    ('2032-12-04', '2033-01-01', false),
    ('2033-11-23', '2033-12-22', false),
    ('2034-11-12', '2034-12-11', false),
    ('2035-11-01', '2035-11-30', false)
) AS known (starts_on, ends_on, is_confirmed);

CREATE TRIGGER calendar_entry_added AFTER INSERT OR DELETE ON calendar_entries
    FOR EACH ROW EXECUTE FUNCTION note_calendar_change();
CREATE TRIGGER calendar_entry_changed AFTER UPDATE ON calendar_entries
    FOR EACH ROW WHEN ((OLD.starts_on, OLD.ends_on, OLD.is_confirmed) IS DISTINCT FROM (NEW.starts_on, NEW.ends_on, NEW.is_confirmed))
    EXECUTE FUNCTION note_calendar_change();
