-- A new link, a password or somebody who has come takes the older ones for the same address with it.
DELETE FROM one_time_link WHERE email = :email
