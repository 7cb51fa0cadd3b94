"""What is wrong in an OFDS package: where, as a JSON path, what, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.vietnamese import number

KEPT = 100


@dataclass(frozen=True)
class Fault:
    """One fault: the path of the member ("$.networks[0].spans[3].fibreCount"), what is wrong, what would be right."""

    path: str
    message: str
    right: str = ""

    def __str__(self) -> str:
        """Give the fault as one sentence after another."""
        return f"{self.path}: {self.message} {self.right}".strip()


class OfdsError(ValueError):
    """Why a package is refused: `faults` holds the first hundred, `count` says how many there are."""

    def __init__(self, faults: tuple[Fault, ...], count: int = 0) -> None:
        self.faults, self.count = faults, max(count, len(faults))
        first = faults[0]
        self.message, self.right = f"{first.path}: {first.message}", first.right
        more = f" (và {number(self.count - 1)} lỗi khác)" if self.count > 1 else ""
        super().__init__(f"{first}{more}")


def whole_file(message: str, right: str) -> OfdsError:
    """Give the error for a file that is no package at all."""
    return OfdsError((Fault("$", message, right),))
