INSERT INTO raw_payload (account_id, external_id, received_ms, item_id, problems, payload, reader)
VALUES (:account_id, :external_id, :received_ms, :item_id, :problems, :payload, :reader)
