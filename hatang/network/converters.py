"""The part of an address that names a kind of thing: its slug to read, and a kind, its key or its slug to write."""

from __future__ import annotations

from hatang.network.kinds import KINDS, TABLE, Kind

SLUGS = {kind.key: kind.slug for kind in TABLE} | {slug: slug for slug in KINDS}


class KindConverter:
    """Reads a slug as a `Kind`, so that an address of another word is not found."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> Kind:
        """Give the kind."""
        return KINDS[value]

    def to_url(self, value: Kind | str) -> str:
        """Give the slug."""
        return SLUGS[value] if isinstance(value, str) else value.slug
