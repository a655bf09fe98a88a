-- in_area --
-- Whether a spot lies in a box and in a circle, where these are given: the great-circle distance on a sphere of the mean radius
-- 6,371,008.8 m, as haversines, within half a per cent of that on the ellipsoid. A billionth
-- of a degree is a tenth of a millimetre; what is closer would be too small to be squared. A degree of latitude has more than
-- 111,000 m, which leaves most things out sooner.
(%(west)s::float8 IS NULL
    OR (spot.longitude BETWEEN %(west)s AND %(east)s AND spot.latitude BETWEEN %(south)s AND %(north)s))
AND (%(near_metres)s::float8 IS NULL
    OR abs(spot.latitude - %(near_latitude)s::float8) * 111000 <= %(near_metres)s
    AND 12742017.6 * asin(sqrt(least(1,
        sin(radians(greatest(abs(spot.latitude - %(near_latitude)s::float8), 1e-9)) / 2) ^ 2
        + cos(radians(spot.latitude)) * cos(radians(%(near_latitude)s::float8))
          * sin(radians(greatest(abs(spot.longitude - %(near_longitude)s::float8), 1e-9)) / 2) ^ 2))) <= %(near_metres)s)

-- is_swapped --
-- Whether nothing stands, or was seen last, in an area, and something would if longitudes and latitudes changed places.
WITH spots AS (
    SELECT spot.longitude, spot.latitude
    FROM things AS thing
    -- + spot
)
SELECT NOT EXISTS (SELECT FROM spots AS spot WHERE {in_area})
   AND EXISTS (SELECT FROM (SELECT latitude AS longitude, longitude AS latitude FROM spots) AS spot WHERE {in_area})

-- spot --
-- Where a thing stands, or a moving one was seen last.
LEFT JOIN datastreams AS track
    ON track.thing_id = thing.thing_id AND track.observed_property_code = 'location'
LEFT JOIN latest AS seen ON seen.datastream_id = track.datastream_id
CROSS JOIN LATERAL (
    SELECT coalesce(thing.longitude, seen.longitude) AS longitude,
           coalesce(thing.latitude, seen.latitude) AS latitude
) AS spot
