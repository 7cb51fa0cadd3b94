"""Weighted cover, certified: most weight for a budget, or least cost for a share, each with a bound that is proven.

`cover` holds candidates and demand, `most` and `cheapest` solve, `instances` makes the instances of the promises of
speed. What runs long is compiled (`kernels`).
"""
