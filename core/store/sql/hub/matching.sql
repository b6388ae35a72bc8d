SELECT filled, seq, rules FROM matching WHERE only = 1
