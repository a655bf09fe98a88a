-- The vocabulary as data: an operator adds sectors and properties, and corrects those that ship.

CREATE TABLE sectors (
    code      text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'),
    name_en   text NOT NULL,
    name_ar   text NOT NULL,
    -- Changed here; what ships leaves it as it is.
    is_edited boolean NOT NULL DEFAULT false
);
INSERT INTO sectors (code, name_en, name_ar) VALUES
    ('air', 'Air', 'الهواء'),
    ('weather', 'Weather', 'الطقس'),
    ('transport', 'Transport', 'النقل'),
    ('water', 'Water', 'المياه'),
    ('other', 'Other', 'أخرى');

ALTER TABLE observed_properties
    DROP CONSTRAINT observed_properties_sector_check,
    ADD FOREIGN KEY (sector) REFERENCES sectors (code),
    -- A result outside is no measurement at all and becomes a dead letter; outside of lower_bound and upper_bound
    -- (the gross range test) it is kept and flagged.
    ADD COLUMN lowest_possible double precision,
    ADD COLUMN highest_possible double precision,
    -- Counters and amounts: their total over a bucket means something.
    ADD COLUMN is_amount boolean NOT NULL DEFAULT false,
    ADD COLUMN result_type text NOT NULL DEFAULT 'measurement'
        CHECK (result_type IN ('measurement', 'category', 'position')),
    -- Other names under which devices send it, in lower case with underscores.
    ADD COLUMN aliases text[] NOT NULL DEFAULT '{}',
    -- Where the definition stands: a URI of CF, QUDT, FIWARE, OGC or another authority.
    ADD COLUMN definition text,
    ADD COLUMN is_edited boolean NOT NULL DEFAULT false;

GRANT SELECT ON sectors TO falaj_ingest, falaj_read, falaj_worker;
