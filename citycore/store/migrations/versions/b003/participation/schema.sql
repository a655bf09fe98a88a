-- What residents take part in. As in the innovation programme, the portal's role alone sees the tables; what everybody
-- may read are views that name their columns and their states, and are barriers. People, the log, mails and deadlines
-- are those of the schema innovation.
CREATE SCHEMA participation;
CREATE SCHEMA open_participation;

GRANT USAGE ON SCHEMA participation TO falaj_portal;
GRANT USAGE ON SCHEMA open_participation TO falaj_read;
