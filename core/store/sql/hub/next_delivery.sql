-- The next message an account may send: due, not in hand, and the first of its conversation that is still waiting. One whose
-- time lies further ahead than it was to wait is due, too: the clock has been set back since. Two seconds are no such thing:
-- clocks are put right by as much all the time, and what can be undone is not to go out early for that.
-- One that goes by another account holds it up for a while, in hand or due, and not while that account is out of order: people
-- answer by another one then.
SELECT q.item_id, q.message_id, q.attempts, q.uncertain
  FROM delivery_queue AS q
 WHERE q.account_id = :account_id AND (q.not_before_ms <= :now_ms OR q.not_before_ms > :now_ms + q.wait_ms + 2000)
   AND q.claimed_ms IS NULL
   AND NOT EXISTS (SELECT 1 FROM delivery_queue AS earlier
                    WHERE earlier.conversation_id = q.conversation_id AND earlier.queued_seq < q.queued_seq
                      AND (earlier.account_id = q.account_id
                           OR (coalesce(earlier.claimed_ms, earlier.not_before_ms) > :now_ms - :patience_ms
                               AND (earlier.claimed_ms IS NOT NULL
                                    OR (earlier.wait_ms <= :patience_ms
                                        AND earlier.not_before_ms <= :now_ms + earlier.wait_ms + 2000)))))
 ORDER BY q.not_before_ms, q.queued_seq
 LIMIT 1
