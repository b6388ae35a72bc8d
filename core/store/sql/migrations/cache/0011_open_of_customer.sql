-- Each row of a list says how many conversations its customer has open, and some customers have thousands that are not.
CREATE INDEX conversation_open ON conversation (customer_id)
    WHERE status IN ('open', 'waiting') AND joined_into_id IS NULL
