-- Conversations may have got the next numbers in a history that is over: what customers answer to them, by addresses that are
-- signed with the number alone, must not go astray. As many as there ever were, and no fewer than :least.
UPDATE workspace SET next_number = next_number + max(next_number, :least) WHERE only = 1
