SELECT at_ms, problems FROM store_check
