-- When something was said or bought since :from_ms.
SELECT at_ms, channel, kind
  FROM timeline_item
 WHERE customer_id = :id AND at_ms >= :from_ms AND NOT deleted AND kind <> 'event'
 ORDER BY at_ms DESC
 LIMIT :row_count
