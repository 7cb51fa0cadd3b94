"""A place in a plan, kept as a path of labels, written as people write it."""

from __future__ import annotations

import re

BULLETS = ("-", "+", "*", "•")
BULLET_WORDS = {"+": "dấu cộng"}
BULLET = "gạch đầu dòng"
LETTER = re.compile(r"[a-zđ]")
FIGURE = re.compile(r"[0-9]+")


def section_in_words(section: str) -> str:
    """Write a path of labels for people; nothing for an empty path.

    >>> section_in_words("III.1.-4"), section_in_words("P2.III.2.1.1"), section_in_words("III.1.a")
    ('mục III.1, gạch đầu dòng 4', 'Phần 2, mục III.2.1.1', 'điểm a mục III.1')
    >>> section_in_words("PL.4"), section_in_words("PL2.I.b.-3"), section_in_words("")
    ('Phụ lục, mục 4', 'Phụ lục 2, điểm b mục I, gạch đầu dòng 3', '')
    """
    labels = [label for label in section.split(".") if label]
    parts = [_part(label) for label in labels if _names_part(label)]
    bullets = [_bullet(label) for label in labels if label[0] in BULLETS and label[1:]]
    path = [label for label in labels if not _names_part(label) and label[0] not in BULLETS]
    return ", ".join([*parts, *_path(path), *bullets])


def _names_part(label: str) -> bool:
    return label.startswith("PL") or (label[0] == "P" and bool(FIGURE.fullmatch(label[1:])))


def _part(label: str) -> str:
    return f"Phụ lục {label[2:]}".strip() if label.startswith("PL") else f"Phần {label[1:]}"


def _bullet(label: str) -> str:
    return f"{BULLET_WORDS.get(label[0], BULLET)} {label[1:]}"


def _path(path: list[str]) -> list[str]:
    """Write numbered labels together; a letter at the end is a point of what stands before it."""
    if not path:
        return []
    if not LETTER.fullmatch(path[-1]):
        return [f"mục {'.'.join(path)}"]
    return [f"điểm {path[-1]}" + (f" mục {'.'.join(path[:-1])}" if path[:-1] else "")]
