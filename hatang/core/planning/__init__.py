"""Least-cost planning: which works meet a target, or serve most people for a budget, proven and priced."""
