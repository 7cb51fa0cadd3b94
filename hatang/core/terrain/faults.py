"""How much terrain may be asked of the machine, and how one says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.vector_files.faults import Choice


class TerrainError(ValueError):
    """What is wrong with terrain or land cover, in which file if in one, and what would be right.

    `choices` are the coordinate systems with one of which, passed as `crs`, opening the file again would go on.
    """

    def __init__(self, message: str, right: str = "", *, file: str = "", choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(" ".join(part for part in (f"{file}:" if file else "", message, right) if part))
        self.message, self.right, self.file, self.choices = message, right, file, choices


@dataclass(frozen=True)
class Limits:
    """How much a raster may hold, and how much of it may stand in memory at once.

    `file_bytes` as it lies on the disk, `file_pixels` by its own heading, `block_pixels` in one strip or tile of it,
    `window_pixels` read at once (four bytes each), `result_cells` of one answer (four bytes each).
    """

    file_bytes: int = 50_000_000_000
    file_pixels: int = 20_000_000_000
    block_pixels: int = 40_000_000
    window_pixels: int = 24_000_000
    result_cells: int = 150_000_000


LIMITS = Limits()
