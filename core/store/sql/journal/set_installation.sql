INSERT INTO installation (only, client_id, next_n, hub_url, token, agent_email, workspace, checksum)
VALUES (1, :client_id, 1, :hub_url, :token, :agent_email, :workspace, :checksum)
ON CONFLICT (only) DO UPDATE SET client_id = excluded.client_id, hub_url = excluded.hub_url, token = excluded.token,
    agent_email = excluded.agent_email, workspace = excluded.workspace, checksum = excluded.checksum
