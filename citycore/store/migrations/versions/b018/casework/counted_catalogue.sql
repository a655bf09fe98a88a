-- What there is of the city, for whoever searches and links: what the hub's staff has accepted.

CREATE OR REPLACE VIEW open_innovation.catalogue WITH (security_barrier=true) AS
 SELECT 'dataset'::text AS kind,
    source.code AS key,
    source.name_ar AS titles_ar,
    source.name_en AS titles_en,
    concat_ws(' '::text, source.description_ar, source.provider_ar) AS texts_ar,
    concat_ws(' '::text, source.description_en, source.provider_en, source.code) AS texts_en,
    ARRAY( SELECT DISTINCT names.name
           FROM public.things thing
             JOIN public.places place ON place.code = thing.place_code
             CROSS JOIN LATERAL ( VALUES (place.name_ar), (place.name_en)) names(name)
          WHERE thing.source_id = source.source_id AND thing.is_counted
          ORDER BY names.name) AS places,
    source.created_at AS at
   FROM public.sources source
  WHERE source.review = 'accepted'
UNION ALL
 SELECT 'thing'::text AS kind,
    thing.code AS key,
    thing.name_ar AS titles_ar,
    thing.name_en AS titles_en,
    COALESCE(place.name_ar, ''::text) AS texts_ar,
    concat_ws(' '::text, place.name_en, replace(thing.kind, '_'::text, ' '::text), thing.code) AS texts_en,
    array_remove(ARRAY[place.name_ar, place.name_en], NULL::text) AS places,
    thing.created_at AS at
   FROM public.things thing
     LEFT JOIN public.places place ON place.code = thing.place_code
  WHERE thing.is_counted
UNION ALL
 SELECT 'observed_property'::text AS kind,
    property.code AS key,
    property.name_ar AS titles_ar,
    property.name_en AS titles_en,
    sector.name_ar AS texts_ar,
    concat_ws(' '::text, sector.name_en, property.code, property.unit) AS texts_en,
    '{}'::text[] AS places,
    NULL::timestamp with time zone AS at
   FROM public.observed_properties property
     JOIN public.sectors sector ON sector.code = property.sector
UNION ALL
 SELECT 'place'::text AS kind,
    place.code AS key,
    place.name_ar AS titles_ar,
    place.name_en AS titles_en,
    ''::text AS texts_ar,
    place.code AS texts_en,
    ARRAY[place.name_ar, place.name_en] AS places,
    NULL::timestamp with time zone AS at
   FROM public.places place;

CREATE OR REPLACE VIEW innovation.datasets AS SELECT code, name_ar, name_en FROM public.sources WHERE review = 'accepted';
CREATE OR REPLACE VIEW innovation.things AS SELECT code, name_ar, name_en FROM public.things WHERE is_counted;

-- What waits for the hub's staff.
CREATE VIEW innovation.waiting_sources AS SELECT code, name_ar, name_en, created_at FROM public.sources WHERE review = 'waiting';
GRANT SELECT ON innovation.waiting_sources TO falaj_portal;
