-- Rows that speak of something that is not there. What happened to a customer by itself is in no conversation. A deleted item
-- is kept for desktops to hear of, and says nothing any more: also of whom nobody knows since their adding was undone.
SELECT 'timeline items without their conversation', count(*) FROM timeline_item AS i
 WHERE i.conversation_id <> zeroblob(16)
   AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = i.conversation_id)
UNION ALL SELECT 'timeline items without their customer', count(*) FROM timeline_item AS i
 WHERE NOT i.deleted AND NOT EXISTS (SELECT 1 FROM customer AS c WHERE c.id = i.customer_id)
UNION ALL SELECT 'timeline items without their identity', count(*) FROM timeline_item AS i
 WHERE i.identity_id <> zeroblob(16) AND NOT i.deleted
   AND NOT EXISTS (SELECT 1 FROM identity AS p WHERE p.id = i.identity_id)
UNION ALL SELECT 'timeline items without their account', count(*) FROM timeline_item AS i
 WHERE i.conversation_id <> zeroblob(16)
   AND NOT EXISTS (SELECT 1 FROM channel_account AS a WHERE a.id = i.account_id)
UNION ALL SELECT 'timeline items without their author', count(*) FROM timeline_item AS i
 WHERE i.author_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agent AS a WHERE a.id = i.author_id)
UNION ALL SELECT 'conversations without their customer', count(*) FROM conversation AS v
 WHERE NOT EXISTS (SELECT 1 FROM customer AS c WHERE c.id = v.customer_id)
UNION ALL SELECT 'conversations without their identity', count(*) FROM conversation AS v
 WHERE NOT EXISTS (SELECT 1 FROM identity AS p WHERE p.id = v.identity_id)
UNION ALL SELECT 'conversations that are joined into none that is there', count(*) FROM conversation AS v
 WHERE v.joined_into_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = v.joined_into_id)
UNION ALL SELECT 'identities without their customer', count(*) FROM identity AS p
 WHERE NOT EXISTS (SELECT 1 FROM customer AS c WHERE c.id = p.customer_id)
UNION ALL SELECT 'attachments without their item', count(*) FROM attachment_ref AS r
 WHERE r.item_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM timeline_item AS i WHERE i.id = r.item_id)
