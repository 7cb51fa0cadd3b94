"""Who loses service when 2G and 3G are switched off: read off a run, operator by operator."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hatang.core.vietnamese import day, number
from hatang.coverage.services.what_if.effect import sight_of
from hatang.coverage.services.what_if.switch_off import OLD, Left, left_without, served_only_by
from hatang.coverage.suppositions import TechnologyOff
from hatang.coverage.views.territory import finished_run, in_run
from hatang.pages.lists import Column, ListPage

CHOICES = {"2G": ("2G",), "3G": ("3G",), "2G3G": OLD}
TITLE = "Ai mất dịch vụ khi tắt 2G, 3G?"
PLACE = Column("Nơi", lambda s: str(s.place), "place__sort_key", link=lambda s: s.place.get_absolute_url())


class SwitchOffList(LoginRequiredMixin, ListPage):
    """Places that an operator serves with nothing but what is switched off."""

    title = TITLE
    template = "coverage/switch_off.html"
    search_fields = ("place__search_key", "place__parent__search_key", "operator__search_key")
    default_sort = "-place__population"
    empty_text = "Không nơi nào: nơi nào đang có các công nghệ này cũng có công nghệ mới hơn của cùng doanh nghiệp."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.chosen = request.GET.get("cn") if request.GET.get("cn") in CHOICES else "2G3G"
        self.off = CHOICES[str(self.chosen)]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List them; operators are not told of others."""
        self.run = finished_run(request, kwargs["pk"])
        self.sight = sight_of(request.user, self.run)
        left = Column("Doanh nghiệp khác còn sóng mới hơn", lambda s: "còn" if s.others_left else "không còn ai")
        self.columns = (  # type: ignore[misc]
            PLACE,
            Column("Xã, phường", lambda s: str(s.place.parent or ""), "place__parent__sort_key"),
            Column("Số người", lambda s: s.place.population, "place__population", number=True, decimals=0),
            Column("Doanh nghiệp", lambda s: s.operator.short_name or s.operator.name, "operator__sort_key"),
            Column("Mới nhất đang có", lambda s: s.technology, "technology"),
            Column("Mức thu, dBm", lambda s: s.level_dbm, "level_dbm", number=True, decimals=1),
            *((left,) if self.sight.operators is None else ()),
        )
        return super().get(request, **kwargs)

    def rows(self, request: HttpRequest, **kwargs: Any) -> QuerySet[Any]:
        return served_only_by(self.sight, self.off).select_related("place__parent", "operator")

    def file_title(self, request: HttpRequest, **kwargs: Any) -> str:
        return f"Mất dịch vụ khi tắt {' và '.join(self.off)} {self.run.province} {self.run.on:%Y-%m-%d}"

    def extra(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        rows = served_only_by(self.sight, self.off)
        asked = [str(TechnologyOff(technology)) for technology in self.off]
        supposed = "&".join(f"neu={text}" for text in asked)
        return {
            "run": self.run,
            "simulated": self.run.simulated,
            "finding": self.finding(left_without(rows), left_without(rows.filter(others_left=False))),
            "note": f"Theo lượt tính “{self.run}”, ô phát ngày {day(self.run.on)}.",
            "off_words": " và ".join(self.off),
            "chosen": self.chosen,
            "choices": [(key, " và ".join(names)) for key, names in CHOICES.items()],
            "map_address": f"{reverse('coverage:what_if', args=[self.run.pk])}?{supposed}",
            "crumbs": in_run(self.run, (self.title, "")),
        }

    def finding(self, less: Left, none: Left) -> str:
        """Say how many villages would be left without."""
        off = " và ".join(self.off)
        if self.sight.operators is not None:
            said = f"{number(less.villages)} thôn ({number(less.people)} người) không còn sóng của doanh nghiệp mình"
            return f"Nếu tắt {off}: {said}."
        said = f"{number(none.villages)} thôn ({number(none.people)} người) không còn doanh nghiệp nào phủ sóng"
        return f"Nếu mọi doanh nghiệp tắt {off}: {said}; {number(less.villages)} thôn mất ít nhất một doanh nghiệp."
