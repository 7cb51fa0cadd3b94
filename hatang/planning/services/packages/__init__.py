"""Packages of the universal-service fund: what can be offered, making one, what it lacks, its annex and map."""
