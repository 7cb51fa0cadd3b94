"""Reading entities: pages of a set, single ones, and what is expanded in them; each level with one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from hatang.core.observations import asking
from hatang.core.observations.asking import Asked
from hatang.core.observations.odata import Options, bounds
from hatang.core.observations.schema import Observation, read_id
from hatang.sensors.models import Datastream
from hatang.sensors.services.observations import observation_table, value_of
from hatang.sensors.services.sta.entities import (
    KINDS,
    OBSERVATION_LINKS,
    Kind,
    StaError,
    interval_text,
    moment_text,
    properties_of,
)
from hatang.sensors.services.sta.orm_filters import Translator, filtered
from hatang.sensors.services.sta.table_filters import TableTranslator

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

ABSENT: Final = "Không có, hoặc bạn không được xem."
TOP: Final = 100
EXPANDED_TOP: Final = 25
MOST_ENTITIES: Final = 100_000
OBSERVATION_FIELDS: Final = {
    "phenomenonTime": '"at"',
    "resultTime": '"result_at"',
    "result": '"result"',
    "id": '"stream", "at", "id"',
    "@iot.id": '"stream", "at", "id"',
    "Datastream/id": '"stream"',
    "Datastream/@iot.id": '"stream"',
}


@dataclass
class Reading:
    """One question of one person; `root` is the address of the service."""

    person: AbstractBaseUser | AnonymousUser
    root: str

    def rows(self, kind: Kind) -> Any:
        """Give the entities of a kind that the person sees."""
        return kind.model._default_manager.visible_to(self.person)  # type: ignore[attr-defined]

    def page(self, kind: Kind, rows: Any, options: Options, address: str, told: Mapping[str, str]) -> dict[str, Any]:
        """Give one page of a set."""
        check_cost(options)
        rows = filtered(rows, kind, options.filter, self.person)
        answer: dict[str, Any] = {"@iot.count": rows.count()} if options.count else {}
        top = TOP if options.top is None else options.top
        if not options.order and options.after is not None:
            rows = rows.filter(pk__gt=options.after)
        found = list(ordered(rows, kind, options)[options.skip : options.skip + top + 1]) if top else []
        if len(found) > top:
            found = found[:top]
            answer["@iot.nextLink"] = next_address(address, told, options, found[-1].pk, top)
        return answer | {"value": self.entities(kind, found, options)}

    def one(self, kind: Kind, rows: Any, key: int, options: Options) -> dict[str, Any]:
        """Give one entity."""
        check_cost(options)
        found = list(rows.filter(pk=key)[:1])
        if not found:
            raise StaError(404, ABSENT)
        return self.entities(kind, found, options)[0]

    def entities(self, kind: Kind, rows: Sequence[Any], options: Options) -> list[dict[str, Any]]:
        """Give rows as entities, with what is expanded."""
        check_names(kind, options)
        told = [self.entity(kind, row, options) for row in rows]
        for name, within in options.expand.items():
            self.expand(kind, rows, told, name, within)
        return told

    def entity(self, kind: Kind, row: Any, options: Options) -> dict[str, Any]:
        """Give one row as an entity with links to others."""
        here = f"{self.root}/{kind.plural}({row.pk})"
        properties = properties_of(kind, row)
        wanted = options.select
        if wanted:
            properties = {name: value for name, value in properties.items() if name in wanted}
        links = {f"{name}@iot.navigationLink": f"{here}/{name}" for name in kind.links if not wanted or name in wanted}
        head = {"@iot.id": row.pk, "@iot.selfLink": here}
        if wanted and not {"id", "@iot.id"} & set(wanted):
            head = {}
        return head | properties | links

    def expand(self, kind: Kind, rows: Sequence[Any], told: list[dict[str, Any]], name: str, options: Options) -> None:
        """Put the entities of a link into each of these."""
        link = kind.links.get(name)
        if link is None:
            raise StaError(400, f"$expand: {kind.single} không có {name[:40]}.")
        if link.to == "Observations":
            groups = self.observations_of(kind, [row.pk for row in rows], options)
            pairs = {row.pk: self.observations(groups.get(row.pk, []), options) for row in rows}
        else:
            pairs = self.linked(kind, rows, name, options)
        for row, entity in zip(rows, told, strict=True):
            entity.pop(f"{name}@iot.navigationLink", None)
            found = pairs.get(row.pk, [])
            if not link.many:
                entity[name] = found[0] if found else None
                continue
            top = EXPANDED_TOP if options.top is None else options.top
            entity[name] = found[:top]
            if len(found) > top:
                there = f"{self.root}/{kind.plural}({row.pk})/{name}"
                entity[f"{name}@iot.nextLink"] = f"{there}?{urlencode({'$skip': options.skip + top, '$top': top})}"

    def linked(self, kind: Kind, rows: Sequence[Any], name: str, options: Options) -> dict[Any, list[dict[str, Any]]]:
        """Give for each row the entities of a link, one more than a page; all by one question."""
        link = kind.links[name]
        target = KINDS[link.to]
        top = EXPANDED_TOP if options.top is None else options.top
        keys = [row.pk for row in rows]
        seen = filtered(self.rows(target), target, options.filter, self.person).order_by()
        near = target.model._default_manager.filter(**{f"{link.back}__in": keys, "pk__in": seen.values("pk")})
        place = Window(RowNumber(), partition_by=[F(link.back)], order_by=order_of(target, options))
        near = near.annotate(_of=F(link.back), _place=place).filter(
            _place__gt=options.skip, _place__lte=options.skip + top + 1
        )
        found = list(near.order_by("_of", "_place"))
        entities = self.entities(target, found, options)
        groups: dict[Any, list[dict[str, Any]]] = {}
        for row, entity in zip(found, entities, strict=True):
            groups.setdefault(row._of, []).append(entity)
        return groups

    # observations

    def asked(self, options: Options, streams: Sequence[int] | None, more: str = "true") -> Asked:
        """Say which rows of the table a question means; `streams` None: all that the person sees."""
        visible = Datastream.objects.visible_to(self.person)
        translator = TableTranslator(visible, self.rows(KINDS["FeaturesOfInterest"]), self.person)
        where = translator.condition(options.filter) if options.filter else "true"
        begin, end = bounds(options.filter)
        if streams is None:
            streams = list(visible.values_list("pk", flat=True))
        return Asked(streams, begin, end, f"{where} and {more}", tuple(translator.values))

    def observation_page(
        self, options: Options, streams: Sequence[int] | None, address: str, told: Mapping[str, str], more: str = "true"
    ) -> dict[str, Any]:
        """Give one page of observations."""
        check_cost(options)
        asked, table = self.asked(options, streams, more), observation_table()
        answer: dict[str, Any] = {"@iot.count": asking.count(table, asked)} if options.count else {}
        top = TOP if options.top is None else options.top
        order = observation_order(options)
        found = asking.observations(table, asked, order=order, limit=top + 1, skip=options.skip) if top else []
        if len(found) > top:
            found = found[:top]
            answer["@iot.nextLink"] = next_address(address, told, replace(options, order=[((), False)]), 0, top)
        if options.data_array:
            return answer | {"value": self.data_array(found, options)}
        return answer | {"value": self.observations(found, options)}

    def observations_of(self, kind: Kind, keys: Sequence[int], options: Options) -> dict[int, list[Observation]]:
        """Give for each stream, or feature, its observations, one more than a page; all by one question."""
        top = EXPANDED_TOP if options.top is None else options.top
        if kind.single == "Datastream":
            asked = self.asked(options, keys)
            if options.top == 1 and not options.skip and options.order == [(("phenomenonTime",), True)]:
                asked = replace(asked, begin=latest_begin(asked.begin, keys))
        else:
            visible = Datastream.objects.visible_to(self.person).filter(features__in=keys).distinct()
            asked = self.asked(options, list(visible.values_list("pk", flat=True)))
        order = observation_order(options)
        place = f'row_number() over (partition by "stream", "feature" order by {order})'
        found = asking.observations(
            observation_table(),
            asked,
            order=order,
            limit=MOST_ENTITIES,
            qualify=f"{place} <= {options.skip + top + 1}",
        )
        names = [one.stream for one in found] if kind.single == "Datastream" else self.features_of(found)
        groups: dict[int, list[Observation]] = {}
        for key, one in zip(names, found, strict=True):
            groups.setdefault(key or 0, []).append(one)
        return {key: told[options.skip : options.skip + top + 1] for key, told in groups.items()}

    def observations(self, found: Sequence[Observation], options: Options) -> list[dict[str, Any]]:
        """Give observations as entities, with what is expanded."""
        told = [self.observation(one, options) for one in found]
        features = self.features_of(found) if "FeatureOfInterest" in options.expand else []
        for name, within in options.expand.items():
            if name not in OBSERVATION_LINKS:
                raise StaError(400, f"$expand: Observation không có {name[:40]}.")
            kind = KINDS[OBSERVATION_LINKS[name]]
            keys = [one.stream for one in found] if name == "Datastream" else features
            rows = list(self.rows(kind).filter(pk__in={key for key in keys if key}))
            entities = dict(zip([row.pk for row in rows], self.entities(kind, rows, within), strict=True))
            for key, entity in zip(keys, told, strict=True):
                entity.pop(f"{name}@iot.navigationLink", None)
                entity[name] = entities.get(key)
        return told

    def features_of(self, found: Sequence[Observation]) -> list[int | None]:
        """Give the feature of each observation: its own, or its stream's."""
        own = dict(Datastream.objects.filter(pk__in={one.stream for one in found}).values_list("pk", "feature_id"))
        return [one.feature or own.get(one.stream) for one in found]

    def observation(self, one: Observation, options: Options) -> dict[str, Any]:
        """Give one observation as an entity."""
        here = f"{self.root}/Observations('{one.id}')"
        told = {"@iot.id": one.id, "@iot.selfLink": here} | observation_properties(one)
        told |= {f"{name}@iot.navigationLink": f"{here}/{name}" for name in OBSERVATION_LINKS}
        if options.select:
            wanted = {*options.select, *(f"{name}@iot.navigationLink" for name in options.select)}
            if "id" in wanted:
                wanted.add("@iot.id")
            told = {name: value for name, value in told.items() if name in wanted}
        return told

    def data_array(self, found: Sequence[Observation], options: Options) -> list[dict[str, Any]]:
        """Give observations in the short form, stream by stream."""
        names = [name for name in options.select if name not in OBSERVATION_LINKS] or [
            "id",
            "phenomenonTime",
            "result",
            "resultTime",
        ]
        groups: dict[int, list[list[Any]]] = {}
        for one in found:
            told = observation_properties(one) | {"id": one.id, "@iot.id": one.id}
            groups.setdefault(one.stream, []).append([told.get(name) for name in names])
        return [
            {
                "Datastream@iot.navigationLink": f"{self.root}/Datastreams({stream})",
                "components": names,
                "dataArray@iot.count": len(lines),
                "dataArray": lines,
            }
            for stream, lines in groups.items()
        ]

    def find_observation(self, text: str, rows: Any = None) -> Observation:
        """Give one observation by its id, of streams that the person sees."""
        told = read_id(text)
        streams = Datastream.objects.visible_to(self.person) if rows is None else rows
        if told and streams.filter(pk=told[0]).exists():
            asked = Asked([told[0]], told[1], told[1], '"id" = ?', (text,))
            found = asking.observations(observation_table(), asked, limit=1)
            if found:
                return found[0]
        raise StaError(404, ABSENT)


def latest_begin(begin: datetime | None, keys: Sequence[int]) -> datetime | None:
    """Give since when the latest observation of each of these streams was."""
    ends = [end for end in Datastream.objects.filter(pk__in=keys).values_list("last_at", flat=True) if end]
    least = min(ends, default=begin)
    return least if begin is None or least is None else max(begin, least)


def observation_properties(one: Observation) -> dict[str, Any]:
    """Give the properties of an observation."""
    import json

    told: dict[str, Any] = {
        "phenomenonTime": interval_text(one.at, one.until),
        "result": value_of(one),
        "resultTime": moment_text(one.result_at),
    }
    for name, text in (("resultQuality", one.quality), ("parameters", one.parameters)):
        if text is not None:
            told[name] = json.loads(text)
    if one.valid_from:
        told["validTime"] = interval_text(one.valid_from, one.valid_until)
    return told


def check_cost(options: Options, many: int = 1) -> None:
    """Refuse a question that would give too many entities."""
    many *= max(1, TOP if options.top is None and many == 1 else (EXPANDED_TOP if options.top is None else options.top))
    if many > MOST_ENTITIES:
        raise StaError(400, f"Câu hỏi có thể trả về hơn {MOST_ENTITIES} thực thể: giảm $top hoặc $expand.")
    for within in options.expand.values():
        check_cost(within, many)


def check_names(kind: Kind, options: Options) -> None:
    """Refuse to select what an entity does not have."""
    there = {name.split("/")[0] for name in kind.fields} | {*kind.links, "id", "@iot.id", "location", "feature"}
    for name in options.select:
        if name not in there:
            raise StaError(400, f"$select: {kind.single} không có {name[:40]!r}.")


def order_of(kind: Kind, options: Options) -> list[Any]:
    """Give the order asked for, the id at its end."""
    order = []
    for parts, falls in options.order:
        column, sort = Translator(kind).column(parts)
        if sort in ("json", "geo"):
            raise StaError(400, f"$orderby: không xếp theo {'/'.join(parts)[:40]}.")
        order.append(F(column.name).desc(nulls_last=True) if falls else F(column.name).asc(nulls_first=True))
    return [*order, F("pk").asc()]


def ordered(rows: Any, kind: Kind, options: Options) -> Any:
    """Put rows in the order asked for."""
    for parts, _ in options.order:
        if len(parts) > 1 and parts[0] in kind.links and kind.links[parts[0]].many:
            raise StaError(400, f"$orderby: {parts[0]} có nhiều thực thể.")
    return rows.order_by(*order_of(kind, options))


def observation_order(options: Options) -> str:
    """Give the order of observations in SQL: without one the latest first."""
    if not options.order or options.order == [((), False)]:
        return '"at" desc, "stream", "id"'
    parts = []
    for names, falls in options.order:
        columns = OBSERVATION_FIELDS.get("/".join(names))
        if columns is None:
            raise StaError(400, f"$orderby: không xếp Observations theo {'/'.join(names)[:40]}.")
        parts += [f"{column} {'desc nulls last' if falls else 'asc nulls first'}" for column in columns.split(", ")]
    return ", ".join([*parts, '"stream"', '"at"', '"id"'])


def next_address(address: str, told: Mapping[str, str], options: Options, last: int, top: int) -> str:
    """Give the address of the next page: after the last id where the order is that of ids."""
    kept = {name: text for name, text in told.items() if name not in ("$skip", "$skiptoken")}
    further = {"$skip": str(options.skip + top)} if options.order else {"$skiptoken": str(last)}
    return f"{address}?{urlencode({**kept, **further}, safe='$')}"
