INSERT INTO position (only, epoch, seq, chain, client_id, last_n, agent_id, workspace, bootstrap_start, bootstrap_next, synced_ms,
                      rights_changed, rights_until, removed_by, ahead_seq, ahead_chain, unheard)
VALUES (1, :epoch, :seq, :chain, :client_id, :last_n, :agent_id, :workspace, :bootstrap_start, :bootstrap_next, :synced_ms,
        :rights_changed, :rights_until, :removed_by, :ahead_seq, :ahead_chain, :unheard)
ON CONFLICT (only) DO UPDATE SET
    epoch = excluded.epoch, seq = excluded.seq, chain = excluded.chain, client_id = excluded.client_id,
    last_n = excluded.last_n, agent_id = excluded.agent_id, workspace = excluded.workspace,
    bootstrap_start = excluded.bootstrap_start, bootstrap_next = excluded.bootstrap_next, synced_ms = excluded.synced_ms,
    rights_changed = excluded.rights_changed, rights_until = excluded.rights_until, removed_by = excluded.removed_by,
    ahead_seq = excluded.ahead_seq, ahead_chain = excluded.ahead_chain,
    unheard = excluded.unheard
