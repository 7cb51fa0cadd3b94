"""The map: questions that it answers, by commune and by point, with the table and the sentence that say the same."""

from hatang.web.services.maps.frames import Frame, MapView
from hatang.web.services.maps.page import Asked, MapPage, country_page, page_data, province_page, read_asked
from hatang.web.services.maps.tables import export_table

__all__ = [
    "Asked",
    "Frame",
    "MapPage",
    "MapView",
    "country_page",
    "export_table",
    "page_data",
    "province_page",
    "read_asked",
]
