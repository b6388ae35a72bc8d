-- As conversation_open, of what is snoozed: a shop may have put off tens of thousands, and a card asks for one customer's.
CREATE INDEX conversation_put_off ON conversation (customer_id) WHERE status = 'snoozed'
