"""Evidence of a service at a place: read, counted by the written rule, challenged, verified."""
