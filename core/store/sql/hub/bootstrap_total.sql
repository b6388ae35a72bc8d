SELECT (SELECT count(*) FROM conversation) + (SELECT count(*) FROM customer) + (SELECT count(*) FROM identity)
     + (SELECT count(*) FROM timeline_item WHERE at_ms >= :since_ms)
