"""Pages that everybody begins with: home, province, indicator, place, search, about."""

from hatang.web.views.about import about
from hatang.web.views.home import home, province
from hatang.web.views.indicator import indicator
from hatang.web.views.place import place
from hatang.web.views.search import search, suggest

__all__ = ["about", "home", "indicator", "place", "province", "search", "suggest"]
