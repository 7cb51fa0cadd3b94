"""Results wait in small files: taken once, removed when old, never with an address."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from hatang.core.ndt7 import results
from hatang.core.ndt7.results import Result, keep_result, take_result

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def result() -> Result:
    return Result(str(uuid4()), "download", NOW, NOW, 125_000_000, 100.0, 4.9, None, 0.001, 6)


def test_a_result_is_taken_once(tmp_path: Path) -> None:
    one = result()
    keep_result(tmp_path, one)
    assert take_result(tmp_path, one.uuid) == one
    assert take_result(tmp_path, one.uuid) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../secret_key", "x" * 36, "00000000-0000-0000-0000-000000000000", "%2e%2e"])
def test_a_made_up_name_gives_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret_key").write_text("{}")
    assert take_result(tmp_path / "ndt7", name) is None
    assert (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"uuid": 1}', '{"began_at": "x", "ended_at": "y"}'])
def test_a_broken_file_gives_nothing_and_goes(tmp_path: Path, text: str) -> None:
    name = str(uuid4())
    (tmp_path / f"{name}.json").write_text(text)
    assert take_result(tmp_path, name) is None
    assert list(tmp_path.iterdir()) == []


def test_old_results_and_too_many_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = result(), result()
    keep_result(tmp_path, old)
    os.utime(tmp_path / f"{old.uuid}.json", (0, 0))
    keep_result(tmp_path, new)
    assert [path.stem for path in tmp_path.iterdir()] == [new.uuid]
    monkeypatch.setattr(results, "MOST_KEPT", 3)
    for _ in range(6):
        keep_result(tmp_path, result())
    assert len(list(tmp_path.iterdir())) == 4, "three, and the one just kept"
