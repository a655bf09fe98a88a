"""How far something went in media: shown as reach, and never added to what people did here."""
