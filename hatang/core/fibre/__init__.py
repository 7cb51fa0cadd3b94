"""Fibre along roads and pole lines: where to lay it at least cost, how to close rings, where today's network is weak.

`plan_fibre` joins ends (villages, masts, offices) to the nearest closures: `lay_graph` makes a graph of the lines,
`cheapest_tree` a Steiner tree with the proof of how far from the best it may be, `close_rings` second ways.
`weak_points` ranks the stretches and joints of a network in use by the people who hang on each alone. No file and no
framework: lines and points in, stretches and đồng out.
"""

from hatang.core.fibre.lines import Graph, Prices, RoadLine, Spot, Way, lay_graph
from hatang.core.fibre.plans import FibreSolution, Joined, Stretch, Unreachable, plan_fibre
from hatang.core.fibre.redundancy import close_rings
from hatang.core.fibre.trees import Tree, cheapest_tree
from hatang.core.fibre.weak import WeakPoint, weak_points

__all__ = [
    "FibreSolution",
    "Graph",
    "Joined",
    "Prices",
    "RoadLine",
    "Spot",
    "Stretch",
    "Tree",
    "Unreachable",
    "Way",
    "WeakPoint",
    "cheapest_tree",
    "close_rings",
    "lay_graph",
    "plan_fibre",
    "weak_points",
]
