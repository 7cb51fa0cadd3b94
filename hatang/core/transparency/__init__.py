"""A public log that only grows: its Merkle tree, the fixed form of what it holds, and the proof of one entry."""
