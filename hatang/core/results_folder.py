"""A folder of results that a command writes whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def check_output(folder: Path) -> None:
    """Refuse a folder that holds something. Raises ValueError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} đã có nội dung. Chọn thư mục khác cho -o.")


def write_whole(folder: Path, write: Callable[[Path], None]) -> None:
    """Write into a folder beside and move it into place when all is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".results-") as aside:
        ready = Path(aside) / "ready"
        ready.mkdir()
        write(ready)
        if folder.exists():
            folder.rmdir()
        shutil.move(ready, folder)
