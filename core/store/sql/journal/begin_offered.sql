-- A journal of a program that did not keep count: each of its commands may be at the hub.
INSERT INTO setting (name, value) SELECT 'offered_n', next_n - 1 FROM installation WHERE only = 1
ON CONFLICT (name) DO NOTHING
