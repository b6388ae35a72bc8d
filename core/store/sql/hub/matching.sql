SELECT filled, seq FROM matching WHERE only = 1
