INSERT INTO delivery_queue (item_id, account_id, conversation_id, message_id, not_before_ms, wait_ms, attempts, claimed_ms, uncertain,
                            queued_seq)
VALUES (:item_id, :account_id, :conversation_id, :message_id, :not_before_ms, :wait_ms, 0, NULL, :uncertain, :queued_seq)
