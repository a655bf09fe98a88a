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
    replaced_at   timestamptz,
    -- How many days before its end the vendor was reminded last.
    reminded_days integer
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
    -- What it came out of; listed once.
    submission_id     uuid UNIQUE REFERENCES innovation.submissions (submission_id)
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
    -- None where the price is said on request.
    price_band      text,
    -- Governorates that it is offered in; empty means all.
    governorates    text[] NOT NULL,
    -- In which there is support.
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

-- What everybody sees: the version that is public, of a vendor that is verified, as is the company that it is.
-- While a next version is looked at, the one before stays.
CREATE VIEW innovation.listed_offerings AS
SELECT offerings.offering_id, vendors.vendor_id, vendors.organisation_id, organisations.name_ar AS vendor_ar,
       organisations.name_en AS vendor_en, organisations.search_text AS vendor_search_text, vendors.is_sme,
       offerings.submission_id, versions.number, versions.published_at, versions.title_ar, versions.title_en,
       versions.summary_ar, versions.summary_en, versions.sectors, versions.capabilities, versions.standards,
       versions.maturity, versions.price_band, versions.governorates, versions.languages, versions."references",
       versions.digest, versions.search_text
FROM innovation.offerings
JOIN innovation.offering_versions AS versions
    ON versions.offering_id = offerings.offering_id AND versions.number = offerings.published
JOIN innovation.vendors USING (vendor_id)
JOIN innovation.organisations USING (organisation_id)
WHERE offerings.state IN ('published', 'updating', 'update_returned') AND vendors.state = 'verified'
  AND organisations.state = 'verified';

-- The same as open data, and the vendors: no papers, nobody's name or address.
CREATE VIEW open_innovation.vendors WITH (security_barrier) AS
SELECT vendor_id, organisation_id, organisations.name_ar, organisations.name_en, governorate, is_sme, profile_ar,
       profile_en, website,
       (SELECT count(*) FROM innovation.listed_offerings AS listed WHERE listed.vendor_id = vendors.vendor_id)
           AS offering_count
FROM innovation.vendors JOIN innovation.organisations USING (organisation_id)
WHERE vendors.state = 'verified' AND organisations.state = 'verified';

CREATE VIEW open_innovation.offerings WITH (security_barrier) AS
SELECT offering_id, vendor_id, vendor_ar, vendor_en, is_sme, submission_id, number, published_at, title_ar, title_en,
       summary_ar, summary_en, sectors, capabilities, standards, maturity, price_band, governorates, languages,
       "references", encode(digest, 'hex') AS sha256
FROM innovation.listed_offerings;

GRANT SELECT ON open_innovation.vendors, open_innovation.offerings TO falaj_read;
GRANT SELECT ON innovation.listed_offerings TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.vendors, innovation.vendor_documents, innovation.offerings TO falaj_portal;
GRANT SELECT, INSERT ON innovation.offering_versions TO falaj_portal;
