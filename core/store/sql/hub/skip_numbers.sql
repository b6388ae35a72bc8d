-- The next :count are given out already.
UPDATE workspace SET next_number = next_number + :count WHERE only = 1
