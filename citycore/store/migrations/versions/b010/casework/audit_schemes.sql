-- Each line says by which scheme its digest was made, so that another can follow while the lines before it still verify.
ALTER TABLE innovation.audit ADD COLUMN scheme text NOT NULL DEFAULT 'sha256-rfc8785-1'
    CHECK (scheme ~ '^[a-z0-9][a-z0-9-]{0,39}$');
