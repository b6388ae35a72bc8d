-- The oldest number that is here, or the one that comes next.
SELECT coalesce(min(n), (SELECT next_n FROM installation WHERE only = 1)) FROM command WHERE n < 1000000000000
