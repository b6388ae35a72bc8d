-- Who has said something in a conversation, whosever it is: its row may repeat it.
SELECT i.customer_id FROM timeline_item AS i WHERE i.conversation_id = :id
UNION SELECT d.customer_id FROM timeline_item AS i JOIN identity AS d ON d.id = i.identity_id
 WHERE i.conversation_id = :id AND i.kind <> 'event'
