SELECT digest, names FROM vocabulary WHERE only = 1
