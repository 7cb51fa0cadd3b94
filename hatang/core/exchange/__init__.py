"""What two parties of a data service sign, log and check: detached signatures, records of calls, offline proofs."""
