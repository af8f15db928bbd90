"""Regional Weekly: a newsroom's stories as one weekly letter per region, sent to every reader exactly once."""
