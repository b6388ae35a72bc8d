SELECT at_ms FROM sign_in_sweep
