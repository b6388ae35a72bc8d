-- When next_delivery will have something: of the messages that are the first of their conversation. One that waits behind
-- another does not count, or its time, long past, would hide when the first one is due.
SELECT min(q.not_before_ms)
  FROM delivery_queue AS q
 WHERE q.account_id = :account_id AND q.claimed_ms IS NULL
   AND NOT EXISTS (SELECT 1 FROM delivery_queue AS earlier
                    WHERE earlier.conversation_id = q.conversation_id AND earlier.queued_seq < q.queued_seq)
