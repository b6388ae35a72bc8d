-- Whose numbers those without a country code are, by account (ISO 3166); empty: nobody has said.
ALTER TABLE channel_account ADD COLUMN region TEXT NOT NULL DEFAULT ''
