-- Whether a conversation, also one beside another, is held with an address.
SELECT 1 FROM conversation WHERE identity_id = :identity_id LIMIT 1
