-- How many numbers after :n are there of those that must be, and where they end.
SELECT count(*), (SELECT next_n FROM installation WHERE only = 1) FROM command WHERE n > :n AND n < 1000000000000
