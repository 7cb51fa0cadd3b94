"""The command `plan-fibre`: lines, ends, closures and prices in; stretches, costs and who is joined out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from hatang.core.fibre import files
from hatang.core.fibre.lines import WAYS, Prices, Spot
from hatang.core.fibre.plans import FibreSolution, plan_fibre
from hatang.core.named_files import named, named_content
from hatang.core.results_folder import check_output, write_whole
from hatang.core.vietnamese import number


def run(given: argparse.Namespace) -> int:
    """Plan; 0 where results were written, 1 with a message where they could not be. Nothing is half-written."""
    try:
        check_output(given.output)
        lines = named(given.roads, lambda: files.read_lines(given.roads))
        ends, closures = (named_content(path, files.read_spots) for path in (given.ends, given.closures))
        prices = named_content(given.prices, files.read_prices)
        found = plan_fibre(
            lines,
            ends,
            closures,
            prices,
            seconds=given.seconds,
            rings=given.rings,
            seed=given.seed,
            most_windows=given.windows,
            tolerance_m=given.tolerance_m,
            longest_drop_m=given.longest_drop_m,
            told=tell if sys.stderr.isatty() else None,
        )
        write_whole(given.output, lambda folder: write_results(folder, given, ends, prices, found))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(sentence(ends, found), file=sys.stderr)
    return 0


def tell(seconds: float, cost_vnd: float | None, bound_vnd: float | None) -> None:
    """Say on the terminal how far it is."""
    cost = "" if cost_vnd is None else f", tốt nhất {number(cost_vnd / 1e9, 3)} tỷ đồng"
    bound = "" if not bound_vnd else f", không thể dưới {number(bound_vnd / 1e9, 3)} tỷ đồng"
    print(f"\rĐã tìm {seconds:.0f} giây{cost}{bound}   ", end="", file=sys.stderr, flush=True)


def sentence(ends: list[Spot], found: FibreSolution) -> str:
    """Say in one line what was found."""
    start = "\n" if sys.stderr.isatty() else ""
    return (
        f"{start}Nối được {number(len(found.joined))}/{number(len(ends))} nơi, {number(found.length_km, 1)} km, "
        f"{number(found.capital_vnd / 1e9, 3)} tỷ đồng; phần nối đắt hơn mức rẻ nhất có thể không quá "
        f"{number(found.gap_percent, 2)} %."
    )


def write_results(
    folder: Path, given: argparse.Namespace, ends: list[Spot], prices: Prices, found: FibreSolution
) -> None:
    """Write stretches, costs, ends and a summary."""
    files.write_stretches(folder / "stretches.geojson", found, simulated=given.simulated)
    files.write_table(folder / "costs.csv", files.cost_rows(found.stretches, prices))
    files.write_table(folder / "ends.csv", files.end_rows(ends, found))
    summary = {
        "simulated": given.simulated,
        "joined": len(found.joined),
        "not_joined": len(found.unreachable),
        "with_second_way": sum(end.second_way for end in found.joined),
        "length_km": round(found.length_km, 3),
        "capital_vnd": round(found.capital_vnd),
        "tree_vnd": round(found.tree_vnd),
        "ring_vnd": round(found.ring_vnd),
        "tree_bound_vnd": round(found.bound_vnd),
        "tree_gap_percent": round(found.gap_percent, 4),
        "settled": found.settled,
        "seconds": round(found.seconds, 2),
        "prices_vnd_per_km": {way.value: price for way in WAYS if (price := prices.of(way)) is not None},
        "seed": given.seed,
        "tolerance_m": given.tolerance_m,
        "longest_drop_m": given.longest_drop_m,
    }
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
