"""The handbook's table of roles and permissions is the one that the code reads."""

from __future__ import annotations

from django.conf import settings

from hatang.accounts.roles import PERMISSIONS, Role


def table_of_the_handbook() -> dict[str, set[str]]:
    """Read from the handbook which role's label has which permission."""
    lines = (settings.ROOT / "docs" / "quyen-han.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    labels = rows[0][2:]
    table: dict[str, set[str]] = {label: set() for label in labels}
    for permission, meaning, *marks in rows[2:]:
        assert meaning, permission
        for label, mark in zip(labels, marks, strict=True):
            if mark:
                table[label].add(permission.strip("`"))
    return table


def test_the_handbook_says_what_the_code_does() -> None:
    assert table_of_the_handbook() == {Role(role).label: set(held) for role, held in PERMISSIONS.items()}
