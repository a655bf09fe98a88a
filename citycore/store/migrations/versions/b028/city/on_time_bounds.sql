-- At most so early and so late was on time when the hours of the day were counted; NULL of days that were counted before this was kept.
ALTER TABLE transit_days
    ADD COLUMN early_seconds_max double precision,
    ADD COLUMN late_seconds_max  double precision;
