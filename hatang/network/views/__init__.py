"""Pages of the network register."""

from hatang.network.views.lists import MastList, StationList
from hatang.network.views.sharing import SharingThings, sharing
from hatang.network.views.things import edit_mast, edit_station, mast, photo
from hatang.network.views.uploads import detail, discard, errors, original, save, template, upload

__all__ = [
    "MastList",
    "SharingThings",
    "StationList",
    "detail",
    "discard",
    "edit_mast",
    "edit_station",
    "errors",
    "mast",
    "original",
    "photo",
    "save",
    "sharing",
    "template",
    "upload",
]
