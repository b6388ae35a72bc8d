-- What somebody who is invited will have, and who has invited them.
ALTER TABLE one_time_link ADD COLUMN custom_role_id BLOB
-- next
ALTER TABLE one_time_link ADD COLUMN teams BLOB NOT NULL DEFAULT x''
-- next
ALTER TABLE one_time_link ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE one_time_link ADD COLUMN by_id BLOB
