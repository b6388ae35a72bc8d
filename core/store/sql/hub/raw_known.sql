SELECT r.item_id, i.conversation_id, i.customer_id, i.version
  FROM raw_payload AS r
  LEFT JOIN timeline_item AS i ON i.id = r.item_id
 WHERE r.account_id = :account_id AND r.external_id = :external_id
