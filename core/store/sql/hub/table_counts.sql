SELECT 'customer', count(*) FROM customer UNION ALL SELECT 'identity', count(*) FROM identity
UNION ALL SELECT 'customer_link', count(*) FROM customer_link UNION ALL SELECT 'suggestion', count(*) FROM suggestion
UNION ALL SELECT 'channel_account', count(*) FROM channel_account UNION ALL SELECT 'agent', count(*) FROM agent
UNION ALL SELECT 'team', count(*) FROM team UNION ALL SELECT 'conversation', count(*) FROM conversation
UNION ALL SELECT 'timeline_item', count(*) FROM timeline_item UNION ALL SELECT 'read_mark', count(*) FROM read_mark
UNION ALL SELECT 'log', count(*) FROM log UNION ALL SELECT 'raw_payload', count(*) FROM raw_payload
UNION ALL SELECT 'delivery_queue', count(*) FROM delivery_queue
UNION ALL SELECT 'role', count(*) FROM role
UNION ALL SELECT 'saved_view', count(*) FROM saved_view
UNION ALL SELECT 'field_definition', count(*) FROM field_definition
UNION ALL SELECT 'custom_status', count(*) FROM custom_status
UNION ALL SELECT 'company', count(*) FROM company
UNION ALL SELECT 'consent', count(*) FROM consent
