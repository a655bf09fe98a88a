-- Whose windows its requests are counted in: a team has one limit, however often it replaces its key.
ALTER TABLE api_keys ADD COLUMN limit_subject text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN starts_with(owner, 'team:') THEN owner ELSE 'key:' || api_key_id END) STORED;
GRANT SELECT (limit_subject) ON api_keys TO falaj_usage;
