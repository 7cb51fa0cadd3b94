"""An indicator's figures by commune for all years at once, coloured by the target where there is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hatang.accounts.access import scopes_in
from hatang.core.map_classes import Scale, scale_of_yes_and_no, scale_with_goal, scale_without_goal
from hatang.core.vietnamese import number
from hatang.indicators.models import FormulaChoice, Indicator, Value
from hatang.indicators.services import REPORTED, WITHHELD_WORDS, values_of, withheld_in, worst_first
from hatang.indicators.services import Line as PlaceFigure
from hatang.places.models import Place
from hatang.plans.services import TargetProgress
from hatang.web.services.maps.frames import NONE, OTHER, Frame, MapView, Named, Row, counted, plain_frame
from hatang.web.services.standing import goal_of
from hatang.web.services.trend import level_for, target_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    Someone = AbstractBaseUser | AnonymousUser

NAMED = 3
NO_FIGURE = "chưa có số liệu"
NO_GOAL = "địa bàn không đặt mục tiêu"
Figures = Mapping[tuple[int, int], Value]
Held = Mapping[int, TargetProgress | None]


@dataclass(frozen=True)
class Subject:
    """What is drawn: an indicator, the places it is drawn for, their figures by place and year, and the targets."""

    indicator: Indicator
    places: Sequence[Place]
    figures: Figures
    progress: Sequence[TargetProgress]
    noun: str = "xã, phường"
    withheld: Collection[tuple[int, int]] = ()

    @property
    def lower(self) -> bool:
        """Whether lower figures are better."""
        return self.indicator.direction == Indicator.Direction.LOWER

    def write(self, figure: float) -> str:
        """Write a figure with its unit."""
        return self.indicator.unit.write(figure)


def choropleth(
    *,
    indicator: Indicator,
    province: Place,
    communes: Sequence[Place],
    progress: Sequence[TargetProgress],
    person: Someone,
) -> MapView:
    """Give an indicator's figures of a province's communes that the person may see; four queries at most."""
    found = values_of(person=person, province=province, places=communes, indicators=[indicator])
    figures = {(place, year): value for (_, place, year), value in found.items()}
    own = [p for p in progress if p.indicator.pk == indicator.pk]
    sees_all = any(scope.is_whole for scope in scopes_in(person, "indicators.view_draft", province.pk))
    withheld = set() if sees_all else withheld_in(indicator=indicator, places=communes)
    return view_of(Subject(indicator, communes, figures, own, withheld=withheld), why_empty(indicator))


def choropleth_of_country(*, indicator: Indicator, provinces: Sequence[Place], person: Someone) -> MapView:
    """Give an indicator's figures of all provinces, each in its own reading; two queries."""
    rows = Value.objects.latest_for(person).filter(place__in=provinces, indicator=indicator, value__isnull=False)
    choices = dict(FormulaChoice.objects.filter(indicator=indicator).values_list("province", "formula"))
    figures: dict[tuple[int, int], Value] = {}
    for row in rows.select_related("indicator"):
        reading = choices.get(row.place_id, indicator.formula)
        if row.formula == reading or (row.formula == REPORTED and (row.place_id, row.year) not in figures):
            figures[row.place_id, row.year] = row
    return view_of(Subject(indicator, provinces, figures, [], "tỉnh, thành phố"), "Chưa tỉnh nào có số liệu.")


def why_empty(indicator: Indicator) -> str:
    """Say why there is nothing to colour."""
    if indicator.lowest_level == Place.Kind.PROVINCE or indicator.rollup == Indicator.Rollup.NONE:
        return "Chỉ tiêu này chỉ có ở cấp tỉnh, nên không tô màu được theo xã, phường."
    if indicator.commercial:
        return "Số liệu cấp xã của chỉ tiêu này là bí mật kinh doanh của doanh nghiệp: chỉ người của Sở xem được."
    return "Chưa có số liệu cấp xã nào được công bố."


def view_of(subject: Subject, empty: str) -> MapView:
    """Lay out all years."""
    unit = subject.indicator.unit
    return MapView(
        question="chi-tieu",
        title=subject.indicator.name,
        names={p.pk: Named(p.full_name, former_of(p), p.lon, p.lat, code_of(p)) for p in subject.places},
        frames=frames_of(subject) or [plain_frame((p.pk for p in subject.places), empty)],
        heading="Giá trị",
        unit=unit.label,
        source=subject.indicator.get_source_display(),
        noun=subject.noun,
    )


def bare_view(places: Sequence[Place], title: str, finding: str, noun: str = "xã, phường") -> MapView:
    """Show places of which no figure can be seen."""
    names = {p.pk: Named(p.full_name, former_of(p), p.lon, p.lat, code_of(p)) for p in places}
    return MapView("chi-tieu", title, names, [plain_frame(names, finding)], noun=noun)


def former_of(place: Place) -> str:
    """Name the province a commune came from, where it differs from today's."""
    former = place.former_province if place.former_province_id else None
    return "" if former is None or former.pk == place.province_id else f"{former.name} cũ"


def code_of(place: Place) -> str:
    """Give a province's code, by which its map is found."""
    return place.code if place.kind == Place.Kind.PROVINCE else ""


def frames_of(subject: Subject) -> list[Frame]:
    """Give a frame for each year with figures; classes keep their bounds from year to year as far as targets allow."""
    years = sorted({year for _, year in subject.figures})
    return [frame_of(year, subject, held_in(year, subject.progress)) for year in years]


def held_in(year: int, progress: Iterable[TargetProgress]) -> dict[int, TargetProgress | None]:
    """Give the target that a year's figures are held against, by the territory it was set for."""
    by_territory: dict[int, list[TargetProgress]] = {}
    for p in progress:
        by_territory.setdefault(p.target.plan.territory_id, []).append(p)
    return {pk: target_for(targets, year) for pk, targets in by_territory.items()}


def frame_of(year: int, subject: Subject, held: Held) -> Frame:
    """Lay out one year, the worst first; places without a figure come last."""
    lines = worst_first([PlaceFigure(p, subject.figures.get((p.pk, year))) for p in subject.places], subject.indicator)
    levels = {line.place.pk: level_for(line.place, held) for line in lines}
    asked = {level for line in lines if line.value and (level := levels[line.place.pk]) is not None}
    scale, by_gap = scale_for(subject, levels, asked)
    rows = [row_of(line, levels[line.place.pk], scale, subject, by_gap) for line in lines]
    few = {pk for pk, of_year in subject.withheld if of_year == year}
    rows = [replace(r, note=WITHHELD_WORDS) if r.value is None and r.place in few else r for r in rows]
    return Frame(
        year=year,
        finding=finding_of(year, lines, levels, held, subject),
        shades=counted(scale.keys, scale.labels, [row.shade for row in rows], other=NO_GOAL, none=NO_FIGURE),
        rows=rows,
        goal=goal_words(held, asked, subject),
    )


def scale_for(subject: Subject, levels: Mapping[int, float | None], asked: set[float]) -> tuple[Scale, bool]:
    """Choose the classes; where several levels are asked, by how far each place is from its own."""
    unit, written = subject.indicator.unit, subject.write
    shown = {key: unit.shown(v.value) for key, v in subject.figures.items() if v.value is not None}
    if unit.code == "yes_no":
        return scale_of_yes_and_no(), False
    if not asked:
        return scale_without_goal(shown.values(), written), False
    if len(asked) == 1:
        everywhere = all(levels.get(place) is not None for place, _ in shown)
        goal = next(iter(asked))
        return scale_with_goal(shown.values(), goal, written, lower=subject.lower, judged=everywhere), False
    gaps = [x - level for (place, _), x in shown.items() if (level := levels.get(place)) is not None]
    scale = scale_with_goal(gaps, 0.0, lambda gap: gap_words(gap, subject), lower=subject.lower)
    return Scale(scale.thresholds, scale.keys, gap_labels(scale, subject), scale.sign), True


def gap_words(gap: float, subject: Subject) -> str:
    """Write a distance; that of per cent is in points."""
    unit = subject.indicator.unit
    return f"{number(abs(gap), unit.decimals)}{' điểm %' if unit.code == 'percent' else unit.sign}"


def gap_labels(scale: Scale, subject: Subject) -> tuple[str, ...]:
    """Write the classes by distance from each place's own level."""
    cuts = [abs(cut) for cut in scale.thresholds]
    short, labels = "vượt quá" if subject.lower else "thiếu", []
    for n, key in enumerate(scale.keys):
        if key.startswith("low"):
            beyond = f"trên {gap_words(cuts[n], subject)}" if cuts[n] else ""
            above = f" đến {gap_words(cuts[n - 1], subject)}" if n else ""
            labels.append(f"{short} {beyond}{above}" if beyond else f"chưa đạt{f', {short}{above}' if above else ''}")
        else:
            most = f", hơn từ {gap_words(cuts[n - 1], subject)}" if cuts[n - 1] else ""
            labels.append(f"đạt mức của địa bàn{most}")
    return tuple(labels)


def row_of(line: PlaceFigure, level: float | None, scale: Scale, subject: Subject, by_gap: bool) -> Row:
    """Give a place's row, with how far it is from what is asked of it."""
    value = line.value
    if value is None or value.value is None:
        return Row(line.place.pk, "–", NONE, NO_FIGURE)
    shown = subject.indicator.unit.shown(value.value)
    judged = level is not None and subject.indicator.unit.code != "yes_no"
    if by_gap and level is None:
        shade = OTHER
    else:
        shade = scale.key(shown - (level or 0) if by_gap else shown)
    return Row(
        place=line.place.pk,
        figure=subject.write(value.value),
        shade=shade,
        note=standing_words(shown - (level or 0), subject) if judged else "",
        number=None if subject.indicator.unit.code == "yes_no" else shown,
        value=value.pk,
        how=value.how,
        simulated=value.simulated,
    )


def standing_words(gap: float, subject: Subject) -> str:
    """Say whether the level is reached, and if not, by how much it is missed."""
    if gap <= 0 if subject.lower else gap >= 0:
        return "đạt"
    return f"{'vượt quá' if subject.lower else 'thiếu'} {gap_words(gap, subject)}"


def goal_words(held: Held, asked: set[float], subject: Subject) -> str:
    """Name the levels that were asked."""
    if not asked:
        return ""
    told = []
    for p in held.values():
        if p and goal_of(p) in asked:
            where = f", {p.target.plan.territory.name} cũ" if p.target.plan.territory.valid_to else ""
            told.append(f"{p.target.written} (mục tiêu năm {p.target.year}{where})")
    return "; ".join(told)


def finding_of(
    year: int, lines: Sequence[PlaceFigure], levels: Mapping[int, float | None], held: Held, subject: Subject
) -> str:
    """Say in one sentence what the map shows that year."""
    known = [line for line in lines if line.value and line.value.value is not None]
    if not known:
        return f"Năm {year} chưa có số liệu."
    lacking = len(lines) - len(known)
    rest = f" {number(lacking)} nơi chưa có số liệu." if lacking else ""
    judged = [line for line in known if levels[line.place.pk] is not None]
    if subject.indicator.unit.code == "yes_no":
        done = sum(bool(line.value and line.value.value) for line in known)
        return f"Năm {year}, {number(done)} trong {number(len(known))} {subject.noun} đã đạt.{rest}"
    if not judged:
        return spread(year, known, subject) + rest
    below = [line for line in judged if not reaches(line, levels, subject)]
    goal = goal_words(held, {x for line in judged if (x := levels[line.place.pk]) is not None}, subject)
    count = f"Năm {year}, {number(len(judged) - len(below))} trong {number(len(judged))} {subject.noun} có số liệu"
    count += "" if len(judged) == len(known) else " và có mục tiêu"
    worst = f"; kém nhất: {named(below)}" if below else ""
    return f"{count} đạt mức {goal}{worst}.{rest}"


def reaches(line: PlaceFigure, levels: Mapping[int, float | None], subject: Subject) -> bool:
    """Tell whether a place reaches its level, as its figure is shown."""
    value, level = line.value.value if line.value else None, levels[line.place.pk]
    if value is None or level is None:
        return False
    shown = subject.indicator.unit.shown(value)
    return shown <= level if subject.lower else shown >= level


def named(lines: Sequence[PlaceFigure]) -> str:
    """Name the first few places with their figures."""
    return ", ".join(f"{line.place.full_name} ({line.value})" for line in lines[:NAMED])


def spread(year: int, known: Sequence[PlaceFigure], subject: Subject) -> str:
    """Say between which figures the places lie."""
    first, last = known[0], known[-1]
    count = f"Năm {year}, {number(len(known))} {subject.noun} có số liệu"
    if str(first.value) == str(last.value):
        return f"{count}, đều {first.value}."
    return f"{count}: kém nhất {named([first])}, tốt nhất {named([last])}."
