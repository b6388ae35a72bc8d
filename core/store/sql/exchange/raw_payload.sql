SELECT payload FROM raw_payload WHERE account_id = :account_id AND external_id = :external_id AND payload IS NOT NULL
