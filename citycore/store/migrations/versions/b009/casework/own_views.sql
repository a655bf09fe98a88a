-- What somebody arranged to see on the dashboards.
CREATE TABLE innovation.own_views (
    view_id     uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES innovation.people (person_id),
    name        text NOT NULL CHECK (name <> ''),
    -- [{"page": "overview", "figure": "tile-pm2_5", "parameters": {"place": "seeb"}, "width": "half", "title": ""}, …]
    pieces      jsonb NOT NULL CHECK (jsonb_typeof(pieces) = 'array'),
    -- By which everybody reads it; NULL where nobody else does.
    link        text UNIQUE CHECK (link ~ '^[0-9a-f]{32}$'),
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL
);
CREATE INDEX own_views_person ON innovation.own_views (person_id, name, view_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.own_views TO falaj_portal;
