"""Radio propagation: one file per source, each checked against published values."""
