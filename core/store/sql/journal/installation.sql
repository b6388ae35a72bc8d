SELECT client_id, hub_url, token, agent_email, workspace, next_n, checksum FROM installation WHERE only = 1
