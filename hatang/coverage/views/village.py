"""Who serves this place, how well, and what stands in the way?"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hatang.core.radio.coverage.served import Standard
from hatang.core.radio.p1812 import VIETNAM
from hatang.core.vietnamese import number
from hatang.coverage.models import CoverageRun
from hatang.coverage.services.engine import standard_of
from hatang.coverage.services.maps.page import sees_whole
from hatang.coverage.services.village.drawing import drawing_of
from hatang.coverage.services.village.links import Line, Ways, lines_at, ways_to
from hatang.coverage.services.village.profiles import FREE_SHARE, Link, Sightline, sight_name
from hatang.coverage.views.territory import finished_run, in_run
from hatang.pages.lists import EXPORTS, SIMULATED_LINE
from hatang.places.models import Place

CHANGED_DB = 0.1
"""From this difference on the page says that registers or terrain changed since the run."""

LEAST_GAP_DB = 0.01


@login_required
@require_GET
def run_place(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Show who serves a place in a run, and the way from one cell to it; the profile also as a file."""
    run = finished_run(request, pk)
    row = get_object_or_404(Place.objects.select_related("parent"), pk=place, province=run.province_id)
    standard = standard_of(run)
    lines = lines_at(run, row, request.user, standard)
    if not lines:
        raise Http404
    line = chosen_line(lines, request)
    asked = request.GET.get("o", "")
    ways = ways_to(run, row, line, request.user, chosen=asked, standard=standard) if line else Ways()
    if ways.link and ways.link.path.sight and (export := EXPORTS.get(request.GET.get("xuat", ""))):
        return export(f"mat cat {row.full_name}", profile_table(run, row, ways.link.path.sight))
    context = {
        "run": run,
        "place": row,
        "finding": finding(row, lines, whole=sees_whole(request.user, run.province_id)),
        "lines": lines,
        "line": line,
        "ways": ways,
        "map_at": f"?tam={row.lon:.4f},{row.lat:.4f},12" if row.lon and row.lat else "",
        "simulated": run.simulated,
        "crumbs": crumbs(run, row),
    }
    return render(request, "coverage/village.html", context | link_context(ways, line, standard))


def chosen_line(lines: list[Line], request: HttpRequest) -> Line | None:
    """Give the result that the address names, the likeliest of its technology where it names no operator.

    Otherwise the newest that serves; where nothing does, the newest technology that some cell gives here.
    """
    asked = request.GET.get("dn", ""), request.GET.get("cn", "")
    if asked[1] and not asked[0]:
        lines = [line for line in lines if line.found.technology == asked[1]] or lines
        lines = sorted(lines, key=lambda line: -line.found.probability)
    named = (one for one in lines if (str(one.found.operator_id), one.found.technology) == asked)
    served = (one for one in lines if one.found.served)
    reached = (one for one in lines if one.found.level_dbm is not None)
    return next(named, None) or next(served, None) or next(reached, None)


def finding(place: Place, lines: list[Line], *, whole: bool) -> str:
    """Say who serves the place, by technology; of whom it is not served is only told to who sees all of them."""
    named = [(line.found.technology, line.found.served, short_name(line)) for line in lines]
    technologies = list(dict.fromkeys(technology for technology, _, _ in named))
    serving = {t: [name for of, served, name in named if of == t and served] for t in technologies}
    yes = [f"{t} của {', '.join(names)}" for t, names in serving.items() if names]
    lacking = ", ".join(t for t, names in serving.items() if not names)
    whose = "doanh nghiệp nào" if whole else ", ".join(dict.fromkeys(name for _, _, name in named))
    parts = [f"có {'; '.join(yes)}"] if yes else []
    parts += [f"không có {lacking} của {whose}"] if lacking else []
    return f"Dự đoán {place.full_name} {'; '.join(parts)}."


def short_name(line: Line) -> str:
    """Name an operator briefly."""
    return line.found.operator.short_name or line.found.operator.name


def link_context(ways: Ways, line: Line | None, standard: Standard) -> dict[str, Any]:
    """Give what the page says of the way from the chosen cell."""
    if ways.link is None or line is None:
        return {}
    link, sight = ways.link, ways.link.path.sight
    stored = line.found.level_dbm
    serving = str(line.found.cell_id) == link.cell.id
    return {
        "link": link,
        "register": ways.row(link.cell),
        "candidates": [(one, ways.row(one.cell)) for one in ways.candidates],
        "sight_words": sight_words(sight) if sight else "",
        "taken_words": taken_words(link),
        "drawing": drawing_of(sight) if sight else None,
        "k_text": number(sight.k_factor, 2) if sight else "",
        "free_percent": 100 * FREE_SHARE,
        "air": VIETNAM.note,
        "kernel_words": kernel_words(link, ways),
        "serving": serving,
        "changed": serving and stored is not None and abs(stored - link.level_dbm) > CHANGED_DB,
        "link_percent": 100 * link.probability(standard),
        "link_margin_db": link.margin_db(standard),
    }


def kernel_words(link: Link, ways: Ways) -> str:
    """Say what the run's fast kernel gives, and how far that is from the reference."""
    assert ways.kernel_dbm is not None
    gap = abs(link.level_dbm - ways.kernel_dbm)
    off = f"lệch {number(gap, 2)} dB" if gap >= LEAST_GAP_DB else f"lệch dưới {number(LEAST_GAP_DB, 2)} dB"
    return f"{number(ways.kernel_dbm, 2)} dBm ({off})"


def sight_words(path: Sightline) -> str:
    """Say what stands in the way."""
    km = path.profile.distances_km
    where = f"cách trạm {number(float(km[path.worst]), 2)} km"
    if not path.sees:
        return f"Tia thẳng bị che: {where}, địa hình hoặc lớp phủ cao hơn tia {number(-path.clearance_m, 1)} m."
    share = f"{number(100 * path.free_share)} % bán kính đới Fresnel thứ nhất"
    if path.free_share >= FREE_SHARE:
        return f"Thông thoáng: chỗ hẹp nhất {where}, còn hở {number(path.clearance_m, 1)} m ({share})."
    return f"Nhìn thấy nhau nhưng đới Fresnel bị lấn: {where} chỉ hở {number(path.clearance_m, 1)} m ({share})."


def taken_words(link: Link) -> str:
    """Say what TR 38.901 went by; nothing where another method gives the loss."""
    path = link.path
    if path.in_sight is None or path.sight is None:
        return ""
    taken = f"{link.model.name} tính với trường hợp {sight_name(in_sight=path.in_sight)}"
    if path.sight.sees and not path.in_sight:
        return f"{taken}: chưa có lớp phủ nên không biết nhà ở đâu, mọi nơi coi là bị che."
    return f"{taken}, do mặt cắt quyết định; mô hình không tính từng vật cản."


def profile_table(run: CoverageRun, place: Place, path: Sightline) -> list[list[Any]]:
    """Give the profile for a file, each point in a row."""
    headings = ["Khoảng cách, km", "Kinh độ", "Vĩ độ", "Độ cao mặt đất, m", "Lớp phủ, m", "Độ vồng của Trái Đất, m"]
    headings += ["Tia thẳng, m", "Bán kính đới Fresnel thứ nhất, m"]
    ground = path.profile
    columns = [ground.distances_km, ground.lons_deg, ground.lats_deg, ground.heights_m, ground.clutter_heights_m]
    columns += [path.bulge_m, path.ray_m, path.fresnel_m]
    rows = [[round(float(value), 5) for value in row] for row in zip(*columns, strict=True)]
    about = [
        f"{run.title}: {place.full_name}, {number(1000 * path.frequency_ghz, 1)} MHz, k = {number(path.k_factor, 3)}"
    ]
    return [*([[SIMULATED_LINE]] if run.simulated else []), about, headings, *rows]


def crumbs(run: CoverageRun, place: Place) -> list[tuple[str, str]]:
    """Give the way to the page."""
    return in_run(run, ("Bản đồ", reverse("coverage:run_map", args=[run.pk])), (place.full_name, ""))
