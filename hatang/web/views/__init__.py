"""Pages that everybody begins with: home, province, indicator, map, place, search, about."""

from hatang.web.views.about import about
from hatang.web.views.boundaries import (
    boundaries,
    boundary_discard,
    boundary_file,
    boundary_lists,
    boundary_reread,
    boundary_save,
    boundary_undo,
    boundary_upload,
    whereabouts,
)
from hatang.web.views.home import home, province
from hatang.web.views.indicator import indicator
from hatang.web.views.map import (
    choropleth,
    country_choropleth,
    country_map,
    country_sheet,
    map_sheet,
    province_map,
)
from hatang.web.views.place import place
from hatang.web.views.roads import road_discard, road_file, road_save, road_upload, roads
from hatang.web.views.search import search, suggest
from hatang.web.views.tiles import tile
from hatang.web.views.wall import own_wall, power_out_page, wall

__all__ = [
    "about",
    "boundaries",
    "boundary_discard",
    "boundary_file",
    "boundary_lists",
    "boundary_reread",
    "boundary_save",
    "boundary_undo",
    "boundary_upload",
    "choropleth",
    "country_choropleth",
    "country_map",
    "country_sheet",
    "home",
    "indicator",
    "map_sheet",
    "own_wall",
    "place",
    "power_out_page",
    "province",
    "province_map",
    "road_discard",
    "road_file",
    "road_save",
    "road_upload",
    "roads",
    "search",
    "suggest",
    "tile",
    "wall",
    "whereabouts",
]
