SELECT digest FROM vocabulary WHERE only = 1
