SELECT epoch, seq, chain, client_id, last_n, agent_id, workspace, bootstrap_start, bootstrap_next, synced_ms,
       rights_changed, rights_until, removed_by, ahead_seq, ahead_chain, unheard
  FROM position WHERE only = 1
