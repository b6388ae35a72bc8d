-- Conversations that are linked with one.
SELECT id FROM conversation WHERE instr(related, :id) > 0
