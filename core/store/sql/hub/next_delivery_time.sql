-- When next_delivery will have something: of the messages that are the first of their conversation. One that waits behind
-- another does not count, or its time, long past, would hide when the first one is due. Now, if the clock has been set back
-- behind where one began to wait.
SELECT min(due_ms)
  FROM (SELECT min(q.not_before_ms) AS due_ms
          FROM delivery_queue AS q
         WHERE q.account_id = :account_id AND q.claimed_ms IS NULL
           AND NOT EXISTS (SELECT 1 FROM delivery_queue AS earlier
                            WHERE earlier.conversation_id = q.conversation_id AND earlier.queued_seq < q.queued_seq)
         UNION ALL
        SELECT :now_ms
         WHERE EXISTS (SELECT 1 FROM delivery_queue AS q
                        WHERE q.account_id = :account_id AND q.not_before_ms > :now_ms
                          AND q.not_before_ms > :now_ms + q.wait_ms + 2000 AND q.claimed_ms IS NULL
                          AND NOT EXISTS (SELECT 1 FROM delivery_queue AS earlier
                                           WHERE earlier.conversation_id = q.conversation_id
                                             AND earlier.queued_seq < q.queued_seq)))
