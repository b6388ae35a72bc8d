-- A person's no is asked for with each pair that might be one.
CREATE INDEX customer_link_ended ON customer_link (from_id, into_id) WHERE ended_by_id IS NOT NULL
