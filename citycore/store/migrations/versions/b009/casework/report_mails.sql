-- Who gets the report of the dashboards by mail: about what, and when.
CREATE TABLE innovation.report_mails (
    subscription_id    uuid PRIMARY KEY,
    person_id          uuid NOT NULL REFERENCES innovation.people (person_id),
    -- Stands in the mails and ends this subscription, whoever has it; it opens nothing else.
    stop_token         text NOT NULL UNIQUE,
    state              text NOT NULL CHECK (state IN ('active', 'paused', 'set_aside')),
    version            integer NOT NULL DEFAULT 1,
    created_at         timestamptz NOT NULL,
    -- Codes, '' for everywhere and for what the report opens on. They may be gone meanwhile.
    place              text NOT NULL,
    observed_property  text NOT NULL,
    days               integer NOT NULL CHECK (days > 0),
    language           text NOT NULL CHECK (language IN ('ar', 'en')),
    rhythm             text NOT NULL CHECK (rhythm IN ('daily', 'weekly', 'monthly')),
    -- 1 is Monday, 7 Sunday.
    weekdays           integer[] NOT NULL CHECK (weekdays <@ '{1,2,3,4,5,6,7}'),
    -- Of a month, or its last one where it has not so many.
    month_day          integer CHECK (month_day BETWEEN 1 AND 31),
    hour               integer NOT NULL CHECK (hour BETWEEN 0 AND 23),
    -- The next of the times that were chosen, and when it is tried next: sooner where somebody asked, or it failed.
    next_due           timestamptz NOT NULL,
    due_at             timestamptz NOT NULL,
    asked_at           timestamptz,
    last_sent          timestamptz,
    -- Attempts for the time that is due; times in a row for which nothing came; and why, the last time.
    tries              integer NOT NULL DEFAULT 0,
    failures           integer NOT NULL DEFAULT 0,
    last_failure       text CHECK (last_failure IN ('away', 'ended', 'too_large', 'not_available', 'unreachable', 'unknown')),
    failed_at          timestamptz,
    CHECK ((rhythm = 'weekly') = (weekdays <> '{}')),
    CHECK ((rhythm = 'monthly') = (month_day IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (person_id, place, observed_property, days, language, rhythm, weekdays, month_day, hour)
);
CREATE INDEX report_mails_due ON innovation.report_mails (due_at, subscription_id) WHERE state = 'active';

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.report_mails TO falaj_portal;
-- What can be reported on; everybody reads the same in the open data.
GRANT SELECT (code, name_en, name_ar) ON public.places TO falaj_portal;
GRANT SELECT (code, name_en, name_ar, result_type) ON public.observed_properties TO falaj_portal;
