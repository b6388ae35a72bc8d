-- All that is of a customer: what is on their timeline, what others have said about them in side conversations, what was said
-- with them about somebody else, and what they said in conversations of others. What somebody else has said in a conversation
-- of theirs is not: it stands there from when the two had been one.
SELECT id FROM timeline_item WHERE customer_id = :customer_id
UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
 WHERE c.customer_id = :customer_id AND i.kind IN ('note', 'event')
UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
  JOIN identity AS d ON d.id = c.identity_id WHERE d.customer_id = :customer_id AND c.parent_id IS NOT NULL
UNION SELECT id FROM timeline_item
 WHERE identity_id IN (SELECT id FROM identity WHERE customer_id = :customer_id) AND kind <> 'event'
