-- When next_delivery will have something: of the messages that are the first of their conversation. One that waits behind
-- another does not count, or its time, long past, would hide when the first one is due; behind another account's, which holds
-- it up for a while, it is due after that. Now, if the clock has been set back behind where one began to wait.
WITH first (not_before_ms, wait_ms, held_until_ms) AS (
    SELECT q.not_before_ms, q.wait_ms,
           (SELECT max(coalesce(other.claimed_ms, other.not_before_ms)) + :patience_ms
              FROM delivery_queue AS other
             WHERE other.conversation_id = q.conversation_id AND other.queued_seq < q.queued_seq
               AND coalesce(other.claimed_ms, other.not_before_ms) > :now_ms - :patience_ms
               AND (other.claimed_ms IS NOT NULL
                    OR (other.wait_ms <= :patience_ms AND other.not_before_ms <= :now_ms + other.wait_ms + 2000)))
      FROM delivery_queue AS q
     WHERE q.account_id = :account_id AND q.claimed_ms IS NULL
       AND NOT EXISTS (SELECT 1 FROM delivery_queue AS earlier
                        WHERE earlier.conversation_id = q.conversation_id AND earlier.account_id = q.account_id
                          AND earlier.queued_seq < q.queued_seq)
)
SELECT min(max(CASE WHEN not_before_ms > :now_ms + wait_ms + 2000 THEN :now_ms ELSE not_before_ms END,
               coalesce(held_until_ms, 0)))
  FROM first
