"""The part of an address that names a kind of rows."""

from __future__ import annotations

from hatang.systems.kinds import KINDS, Kind


class EntryKindConverter:
    """Reads a slug as a `Kind`, so that an address of another word is not found."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> Kind:
        """Give the kind."""
        return KINDS[value]

    def to_url(self, value: Kind | str) -> str:
        """Give the slug."""
        return value if isinstance(value, str) else value.slug
