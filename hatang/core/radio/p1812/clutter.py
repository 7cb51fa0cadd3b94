"""Representative heights of ground cover: P.1812-8 §3.2.1, Table 2."""

from __future__ import annotations

from enum import IntEnum


class ClutterClass(IntEnum):
    """The classes of ground cover, numbered as the Study Group's profiles number them."""

    WATER = 1
    OPEN_RURAL = 2
    SUBURBAN = 3
    URBAN_TREES_FOREST = 4
    DENSE_URBAN = 5


NAMES = {
    ClutterClass.WATER: "Mặt nước, biển",
    ClutterClass.OPEN_RURAL: "Đất trống, nông thôn",
    ClutterClass.SUBURBAN: "Ngoại ô",
    ClutterClass.URBAN_TREES_FOREST: "Đô thị, cây, rừng",
    ClutterClass.DENSE_URBAN: "Đô thị dày đặc",
}
REPRESENTATIVE_HEIGHTS_M = {
    ClutterClass.WATER: 0.0,
    ClutterClass.OPEN_RURAL: 0.0,
    ClutterClass.SUBURBAN: 10.0,
    ClutterClass.URBAN_TREES_FOREST: 15.0,
    ClutterClass.DENSE_URBAN: 20.0,
}
"""Metres to add to the ground where nothing better is known of the place."""
