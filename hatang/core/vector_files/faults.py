"""What a vector file may hold, and how one says what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass

from hatang.core.vietnamese import number


@dataclass(frozen=True)
class Choice:
    """One way to go on: what to pass as `crs` or `layer`, and how to call it before people."""

    value: str
    label: str


class VectorFileError(ValueError):
    """What is wrong in a file, in which feature if in one, what would be right, and what may be chosen.

    `asks` is "crs" or "layer" where opening again with one of `choices` would go on, otherwise empty.
    """

    def __init__(
        self,
        message: str,
        right: str = "",
        *,
        feature: int | None = None,
        asks: str = "",
        choices: tuple[Choice, ...] = (),
    ) -> None:
        super().__init__(f"{message} {right}".strip())
        self.message, self.right, self.feature = message, right, feature
        self.asks, self.choices = asks, choices


class ShapeError(ValueError):
    """Why one feature's geometry cannot be used; never leaves the package."""


@dataclass(frozen=True)
class Limits:
    """How much a file may hold: bytes once unpacked, vertices, features, fields, attributes of all features together,
    characters of one feature.
    """

    unpacked_bytes: int = 1_000_000_000
    vertices: int = 10_000_000
    features: int = 50_000
    fields: int = 500
    cells: int = 2_000_000
    feature_bytes: int = 32_000_000


def too_many_fields(limits: Limits) -> VectorFileError:
    """Give the error for a layer of too many fields."""
    return VectorFileError(f"Quá nhiều trường; tối đa {number(limits.fields)}.", "Bỏ các trường thừa.")
