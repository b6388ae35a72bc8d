SELECT channel, count(*), sum(kind = 'note')
  FROM timeline_item
 WHERE customer_id = :id AND NOT deleted AND kind <> 'event'
 GROUP BY channel
