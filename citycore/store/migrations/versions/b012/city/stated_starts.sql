-- A series has one row for an instant. Observations of OGC SensorThings can be of intervals, several of which begin at one instant:
-- the series keeps the first at its start, and each further one at the next free microsecond within it.

ALTER TABLE observation_details
    -- When an interval begins whose row is kept a little later; NULL of all others.
    ADD COLUMN phenomenon_start timestamptz,
    -- A whole number as it was sent that is none of the 53 bits which a result is kept with.
    ADD COLUMN exact_result text;
