-- copy_ideas --
-- Ideas that are open to everybody.
COPY participation.ideas (idea_id, state, state_changed_at, created_at, admitted_at, email, byline, language, title, body, governorate, body_digest) FROM STDIN

-- source --
-- Whose the things are, and where they come to first.
INSERT INTO sources (code, kind, name_en, name_ar) VALUES ('bench-search', 'simulated', 'Bench', 'قياس');
CREATE TEMPORARY TABLE bench_things (code text, name_ar text, name_en text) ON COMMIT DROP

-- copy_things --
-- Things by code and names.
COPY bench_things (code, name_ar, name_en) FROM STDIN

-- settle_things --
-- Into the registry.
INSERT INTO things (code, source_id, kind, name_ar, name_en)
SELECT bench.code, source_id, 'station', bench.name_ar, bench.name_en FROM bench_things AS bench, sources WHERE sources.code = 'bench-search'

-- analyse --
-- As the server does by itself a while after.
ANALYZE open_innovation.search, open_innovation.search_words, participation.ideas, things

-- common --
-- The words that stand in most texts.
SELECT word FROM open_innovation.search_words WHERE word <> '' ORDER BY number DESC LIMIT 10
