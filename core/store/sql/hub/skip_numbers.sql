-- Conversations may have got the next numbers in a history that is over: what customers answer to them must not go astray.
UPDATE workspace SET next_number = next_number + :count WHERE only = 1
