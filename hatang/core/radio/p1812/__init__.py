"""Recommendation ITU-R P.1812-8 (09/2025): path-specific prediction for point-to-area services, 30 MHz to 6 GHz.

The plain reference in double precision, one file per section; the oracle that the compiled kernels answer to. Checked
against the 63 validation cases of the Swiss OFCOM's implementation of the same version, intermediate values too. Not
here: the maps of N0 and ΔN (not to be redistributed), building entry loss (P.2109), and the other way to the smooth
path's Bullington loss, without the profile.
"""

from hatang.core.radio.p1812.climate import VIETNAM, Refractivity
from hatang.core.radio.p1812.clutter import REPRESENTATIVE_HEIGHTS_M, ClutterClass
from hatang.core.radio.p1812.prediction import RESOLUTION_M, PathLoss, path_loss
from hatang.core.radio.p1812.profile import sea_fraction

VERSION = "ITU-R P.1812-8 (09/2025)"

__all__ = [
    "REPRESENTATIVE_HEIGHTS_M",
    "RESOLUTION_M",
    "VERSION",
    "VIETNAM",
    "ClutterClass",
    "PathLoss",
    "Refractivity",
    "path_loss",
    "sea_fraction",
]
