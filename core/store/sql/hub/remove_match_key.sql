DELETE FROM match_key WHERE kind = :kind AND value = :value AND customer_id = :customer_id
