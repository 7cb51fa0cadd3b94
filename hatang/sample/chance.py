"""Chance that falls the same way in every run: each subject draws from its own seeded source."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

SEED = "hatang-2026"


def chance(subject: str) -> random.Random:
    """Give the source of chance for a subject; seeding with text does not depend on Python's hash seed."""
    return random.Random(f"{SEED}:{subject}")  # noqa: S311


def day_between(draw: random.Random, first: date, last: date) -> date:
    """Draw a day from first to last; the first when they are out of order."""
    return first + timedelta(draw.randint(0, max((last - first).days, 0)))


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Part a whole number in proportion to weights by largest remainders, so that the parts add up exactly.

    >>> shared_out(10, [1, 1, 2])
    [3, 2, 5]
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
