-- Writes a read mark as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO read_mark (
    agent_id, conversation_id, read_count, version, following, mentioned_ms, mention_seen_ms
) VALUES (
    :agent_id, :conversation_id, :read_count, :version, :following, :mentioned_ms, :mention_seen_ms
)
ON CONFLICT (agent_id, conversation_id) DO UPDATE SET
    read_count = excluded.read_count, version = excluded.version,
    following = excluded.following, mentioned_ms = excluded.mentioned_ms,
    mention_seen_ms = excluded.mention_seen_ms
 WHERE excluded.version >= read_mark.version OR :force
