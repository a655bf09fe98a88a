-- Schedules of public transport (GTFS), each a version of what vehicles of a source should do; docs/transport.md.
CREATE TABLE transit_feeds (
    feed_id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id    integer NOT NULL REFERENCES sources (source_id),
    digest       text NOT NULL,
    agency       text NOT NULL,
    zone         text NOT NULL,
    valid_from   date NOT NULL,
    valid_until  date NOT NULL,
    -- The latest time of any trip, as those of trips.
    last_seconds integer NOT NULL,
    loaded_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, digest)
);
CREATE TABLE transit_routes (
    feed_id     integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    route       text NOT NULL,
    short_name  text NOT NULL,
    name_en     text NOT NULL,
    name_ar     text NOT NULL,
    route_type  integer NOT NULL,
    PRIMARY KEY (feed_id, route)
);
CREATE TABLE transit_stops (
    feed_id    integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    stop       text NOT NULL,
    name_en    text NOT NULL,
    name_ar    text NOT NULL,
    longitude  double precision NOT NULL,
    latitude   double precision NOT NULL,
    PRIMARY KEY (feed_id, stop)
);
-- One trip with its stops in their order, as arrays in step; times are seconds after noon minus 12 hours of the service day.
CREATE TABLE transit_trips (
    feed_id     integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    trip        text NOT NULL,
    route       text NOT NULL,
    service     text NOT NULL,
    direction   smallint NOT NULL,
    block       text,
    shape       text,
    stops       text[] NOT NULL,
    arrivals    integer[] NOT NULL,
    departures  integer[] NOT NULL,
    timepoints  boolean[] NOT NULL,
    PRIMARY KEY (feed_id, trip)
);
CREATE INDEX transit_trips_block ON transit_trips (feed_id, block);
CREATE INDEX transit_trips_service ON transit_trips (feed_id, service);
CREATE TABLE transit_shapes (
    feed_id     integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    shape       text NOT NULL,
    longitudes  double precision[] NOT NULL,
    latitudes   double precision[] NOT NULL,
    PRIMARY KEY (feed_id, shape)
);
CREATE TABLE transit_service_days (
    feed_id       integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    service_date  date NOT NULL,
    service       text NOT NULL,
    PRIMARY KEY (feed_id, service_date, service)
);

-- Hours in which a vehicle of a source with a schedule moved: its service day is matched anew. Written by the roll-up, without
-- a key to vehicle and hour, so that it waits for nobody.
CREATE TABLE transit_notes (
    note_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    thing_id      integer NOT NULL,
    bucket_start  timestamptz NOT NULL
);
CREATE INDEX transit_notes_hour ON transit_notes (bucket_start, thing_id);

-- When a vehicle was at a stop of a trip; NULL where that is not known. Hours are those of the scheduled departure.
CREATE TABLE transit_passages (
    service_date    date NOT NULL,
    thing_id        integer NOT NULL,
    feed_id         integer NOT NULL REFERENCES transit_feeds (feed_id) ON DELETE CASCADE,
    trip            text NOT NULL,
    sequence        smallint NOT NULL,
    arrival         timestamptz,
    departure       timestamptz,
    PRIMARY KEY (service_date, thing_id, trip, sequence)
);
SELECT create_hypertable('transit_passages', by_range('service_date', INTERVAL '60 days'),
                         create_default_indexes => false);
CREATE INDEX transit_passages_feed ON transit_passages (feed_id, service_date, trip);

-- What became of the positions of a vehicle on a service day.
CREATE TABLE transit_vehicle_days (
    service_date         date NOT NULL,
    thing_id             integer NOT NULL,
    position_count       integer NOT NULL,
    matched_count        integer NOT NULL,
    no_trip_count        integer NOT NULL,
    unknown_trip_count   integer NOT NULL,
    off_route_count      integer NOT NULL,
    left_out_count       integer NOT NULL,
    PRIMARY KEY (service_date, thing_id)
);

-- Counts and sums (seconds) of an hour at a stop; larger groups are their sums.
CREATE TABLE transit_hours (
    source_id            integer NOT NULL,
    service_date         date NOT NULL,
    bucket_start         timestamptz NOT NULL,
    route                text NOT NULL,
    direction            smallint NOT NULL,
    stop                 text NOT NULL,
    is_timepoint         boolean NOT NULL,
    scheduled_count      integer NOT NULL,
    observed_count       integer NOT NULL,
    cancelled_count      integer NOT NULL,
    -- Trips that begin there, and those of them that were seen nowhere.
    trip_count           integer NOT NULL,
    missed_trip_count    integer NOT NULL,
    early_count          integer NOT NULL,
    on_time_count        integer NOT NULL,
    late_count           integer NOT NULL,
    lateness_sum         double precision NOT NULL,
    headway_count        integer NOT NULL,
    bunched_count        integer NOT NULL,
    deviation_sum        double precision NOT NULL,
    deviation_squares    double precision NOT NULL,
    actual_sum           double precision NOT NULL,
    actual_squares       double precision NOT NULL,
    planned_count        integer NOT NULL,
    planned_sum          double precision NOT NULL,
    planned_squares      double precision NOT NULL,
    computed_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, service_date, route, direction, stop, bucket_start, is_timepoint)
);
SELECT create_hypertable('transit_hours', by_range('bucket_start', INTERVAL '180 days'),
                         create_default_indexes => false);
CREATE INDEX transit_hours_start ON transit_hours (bucket_start);

-- How far the measures of a service day go, so that hours in which nothing was seen are told as well.
CREATE TABLE transit_days (
    source_id       integer NOT NULL,
    service_date    date NOT NULL,
    measured_until  timestamptz NOT NULL,
    PRIMARY KEY (source_id, service_date)
);

-- Seconds from a departure to the arrival at the next stop, of each trip that was seen at both.
CREATE TABLE transit_segment_hours (
    source_id        integer NOT NULL,
    service_date     date NOT NULL,
    bucket_start     timestamptz NOT NULL,
    route            text NOT NULL,
    direction        smallint NOT NULL,
    from_stop        text NOT NULL,
    to_stop          text NOT NULL,
    scheduled_count  integer NOT NULL,
    scheduled_sum    double precision NOT NULL,
    seconds          real[] NOT NULL,
    computed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_id, service_date, route, direction, from_stop, to_stop, bucket_start)
);
SELECT create_hypertable('transit_segment_hours', by_range('bucket_start', INTERVAL '180 days'),
                         create_default_indexes => false);
CREATE INDEX transit_segment_hours_start ON transit_segment_hours (bucket_start);

-- Days of vehicles that cannot be matched, with the reason, until they can be after a change.
CREATE TABLE transit_set_aside (
    thing_id      integer NOT NULL,
    service_date  date NOT NULL,
    reason        text NOT NULL,
    set_aside_at  timestamptz NOT NULL DEFAULT now(),
    tried_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (thing_id, service_date)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON transit_feeds, transit_routes, transit_stops, transit_trips, transit_shapes,
    transit_service_days TO falaj_registry;
GRANT SELECT ON transit_feeds, transit_routes, transit_stops, transit_trips, transit_shapes, transit_service_days
    TO falaj_worker, falaj_read;
GRANT SELECT, INSERT, UPDATE, DELETE ON transit_notes, transit_passages, transit_vehicle_days, transit_hours,
    transit_days, transit_segment_hours, transit_set_aside TO falaj_worker;
-- A schedule that is loaded has days that are over matched with it.
GRANT SELECT, INSERT ON transit_notes TO falaj_registry;
GRANT SELECT ON transit_hours, transit_segment_hours, transit_vehicle_days, transit_days TO falaj_read;
GRANT SELECT (set_aside_at) ON transit_set_aside TO falaj_read;
GRANT SELECT (note_id) ON transit_notes TO falaj_read;
GRANT SELECT ON SEQUENCE transit_notes_note_id_seq TO falaj_read;
