"""The whole reader against plans annotated by hand: the given ones, ours in other habits, and disturbed ones."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hatang.core.documents import read_document
from hatang.core.plan_reader.gold_form import as_gold
from hatang.core.plan_reader.reading import read_plan
from tests.core.plan_mutations import MUTATIONS

GIVEN = ("lang_son", "tuyen_quang", "dak_lak")
VARIANTS = sorted((Path(__file__).parent / "plan_variants").glob("*.json"))
LIMITS = {"targets": 0.92, "legal_bases": 0.95, "organisations": 0.95, "tasks": 0.90}
WHOLE = dict.fromkeys(LIMITS, 1.0)
SAID = ("number", "date", "issuer")
OTHERWISE_PRINTED = (("uỷ", "ủy"), ("Uỷ", "Ủy"), ("hoá", "hóa"), (" – ", " - "))


@pytest.fixture(scope="session")
def scorer(shared: Path) -> ModuleType:
    """Load the scorer that lies beside the plans annotated by hand."""
    spec = importlib.util.spec_from_file_location("plan_score", shared / "gold" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def given(shared: Path, name: str) -> tuple[str, dict[str, Any]]:
    """Give a given plan's text and what careful people read in it."""
    gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    return (shared / "plans" / gold["source"]).read_text(encoding="utf-8"), gold


def reading(text: str) -> dict[str, Any]:
    """Read a text as an uploaded file and give it in the form of the annotations."""
    return as_gold(read_plan(read_document(text.encode("utf-8"), "ke-hoach.txt").lines))


def shortfalls(
    scorer: ModuleType, read: dict[str, Any], gold: dict[str, Any], limits: dict[str, float] = LIMITS
) -> list[str]:
    """Name each limit that a reading misses, with what it missed and what it invented."""
    results = scorer.score(read, gold)
    found = [
        f"{name}: {gold['document'][name]!r} đọc thành {read['document'][name]!r}"
        for name in SAID
        if not results["document"][name]
    ]
    for part, limit in limits.items():
        f1 = scorer.prf(results[part])[2]
        if f1 is not None and f1 < limit:
            found += [f"{part} {f1:.3f} < {limit}", *(f"  thiếu {row}" for row in results[part]["missed"])]
            found += [f"  thừa {row}" for row in results[part]["extra"]]
    return found


@pytest.mark.parametrize("name", GIVEN)
def test_given_plan_is_read(scorer: ModuleType, shared: Path, name: str) -> None:
    text, gold = given(shared, name)
    assert not shortfalls(scorer, reading(text), gold)


@pytest.mark.parametrize("name", GIVEN)
def test_present_state_of_given_plan_is_read(shared: Path, name: str) -> None:
    text, gold = given(shared, name)
    assert figures(reading(text)) >= figures(gold)


def figures(rows: dict[str, Any]) -> set[tuple[float, str]]:
    """Give the figures of the present state with their units."""
    return {(float(row["value"]), row["unit"]) for row in rows["baselines"]}


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.stem)
def test_other_habits_are_read(scorer: ModuleType, path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"))
    read = reading(path.with_suffix(".txt").read_text(encoding="utf-8"))
    assert not shortfalls(scorer, read, gold, WHOLE)
    assert figures(read) == figures(gold)


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.stem)
def test_other_habits_of_sharing_out_work_are_read(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"))
    read = reading(path.with_suffix(".txt").read_text(encoding="utf-8"))
    assert [row for row in map(shared_out, read["tasks"]) if row[0]] == [
        row for row in map(shared_out, gold["tasks"]) if row[0]
    ]


def shared_out(task: dict[str, Any]) -> tuple[str | None, tuple[str, ...], str | None]:
    """Give who leads, who supports and until when."""
    return task.get("lead"), tuple(task.get("support") or ()), task.get("deadline")


@pytest.mark.parametrize("path", VARIANTS, ids=lambda path: path.stem)
def test_who_reports_to_whom_is_read(path: Path) -> None:
    gold = json.loads(path.read_text(encoding="utf-8"))
    read = reading(path.with_suffix(".txt").read_text(encoding="utf-8"))
    assert {folded(row["who"]) for row in read["report_duties"]} == {
        folded(row["who"]) for row in gold["report_duties"]
    }


def folded(name: str) -> str:
    """Give a name without regard to capitals."""
    return name.casefold()


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("changed", MUTATIONS, ids=lambda changed: changed.__name__)
def test_reading_survives(scorer: ModuleType, shared: Path, name: str, changed: Callable[[str], str]) -> None:
    text, gold = given(shared, name)
    assert not shortfalls(scorer, printed_as_annotated(reading(changed(text))), gold)


def printed_as_annotated(read: dict[str, Any]) -> dict[str, Any]:
    """Give a reading with tone marks and dashes as the annotations print them."""
    written = json.dumps(read, ensure_ascii=False)
    for old, new in OTHERWISE_PRINTED:
        written = written.replace(old, new)
    result: dict[str, Any] = json.loads(written)
    return result
