-- Vendors and what they offer -----------------------------------------------------------------

-- A company that sells solutions; one a company.
CREATE TABLE innovation.vendors (
    vendor_id         uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL UNIQUE REFERENCES innovation.organisations (organisation_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- Until when it is suspended.
    until             timestamptz,
    governorate       text NOT NULL CHECK (governorate ~ '^OM-[A-Z]{2}$'),
    is_sme            boolean NOT NULL,
    profile_ar        text NOT NULL,
    profile_en        text NOT NULL,
    website           text
);
CREATE INDEX vendors_state ON innovation.vendors (state, vendor_id);

-- Papers with an end: without a valid one of each kind that is asked for a vendor is not verified any more.
CREATE TABLE innovation.vendor_documents (
    document_id   uuid PRIMARY KEY,
    vendor_id     uuid NOT NULL REFERENCES innovation.vendors (vendor_id),
    kind          text NOT NULL CHECK (kind IN ('commercial_registration', 'tax_card', 'insurance', 'sme_card')),
    number        text NOT NULL,
    expires_on    date NOT NULL,
    name          text NOT NULL,
    media_type    text NOT NULL,
    size_bytes    bigint NOT NULL CHECK (size_bytes > 0),
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at      timestamptz NOT NULL,
    -- The programme has looked at it.
    accepted_at   timestamptz,
    accepted_by   uuid REFERENCES innovation.people (person_id),
    replaced_at   timestamptz
);
CREATE INDEX vendor_documents_of ON innovation.vendor_documents (vendor_id, kind, added_at);

CREATE TABLE innovation.offerings (
    offering_id       uuid PRIMARY KEY,
    vendor_id         uuid NOT NULL REFERENCES innovation.vendors (vendor_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- The next version, while somebody writes it; the same shape as the versions.
    draft             jsonb,
    -- What is public now: the number of a version.
    published         integer CHECK (published > 0),
    submission_id     uuid REFERENCES innovation.submissions (submission_id)
);
CREATE INDEX offerings_of_vendor ON innovation.offerings (vendor_id, offering_id);
CREATE INDEX offerings_state ON innovation.offerings (state, offering_id);

-- What was published, for good; codes are those of hackathon/taxonomy.
CREATE TABLE innovation.offering_versions (
    offering_id     uuid NOT NULL REFERENCES innovation.offerings (offering_id),
    number          integer NOT NULL CHECK (number > 0),
    published_at    timestamptz NOT NULL,
    title_ar        text,
    title_en        text,
    summary_ar      text,
    summary_en      text,
    sectors         text[] NOT NULL CHECK (cardinality(sectors) > 0),
    capabilities    text[] NOT NULL CHECK (cardinality(capabilities) > 0),
    standards       text[] NOT NULL,
    -- Technology readiness.
    maturity        integer NOT NULL CHECK (maturity BETWEEN 1 AND 9),
    price_band      text NOT NULL,
    -- Governorates that it is offered in; empty means all.
    governorates    text[] NOT NULL,
    -- Languages of support.
    languages       text[] NOT NULL,
    -- [{"client_kind", "governorate", "capability", "year", "text_ar", "text_en"}, …]
    "references"    jsonb NOT NULL,
    digest          bytea NOT NULL CHECK (octet_length(digest) = 32),
    search_text     text GENERATED ALWAYS AS (normalise_text(
        coalesce(title_ar, '') || ' ' || coalesce(title_en, '') || ' ' || coalesce(summary_ar, '') || ' '
        || coalesce(summary_en, ''))) STORED,
    PRIMARY KEY (offering_id, number),
    CHECK (title_ar IS NOT NULL OR title_en IS NOT NULL)
);
CREATE INDEX offering_versions_search ON innovation.offering_versions USING gin (search_text gin_trgm_ops);

GRANT SELECT, INSERT, UPDATE ON innovation.vendors, innovation.vendor_documents, innovation.offerings TO falaj_portal;
GRANT SELECT, INSERT ON innovation.offering_versions TO falaj_portal;
