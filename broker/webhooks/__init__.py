"""How a partner's system is told: which topics, at which addresses, when it is tried again and in what words."""
