"""Secrets that an installation makes for itself."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from hatang.core.kept_secrets import kept_secret


def test_all_who_start_at_once_get_the_secret_of_the_first(tmp_path: Path) -> None:
    """And nobody else of the machine can read it."""
    path, start = tmp_path / "khoa.pem", Barrier(8)

    def made() -> bytes:
        start.wait(60)
        return secrets.token_bytes(32)

    def read(_: int) -> bytes:
        return kept_secret(path, made)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(read, range(8)))
    assert len(found) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["khoa.pem"]
    assert kept_secret(path, lambda: b"khac") in found
