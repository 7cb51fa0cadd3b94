"""Who gets which answer at every address: the one table that `test_access.py` checks against the real pages.

To add an address, add a line under its URL name in the file of its app. `row(200)` means 200 for everybody; name those
who get another answer (`visitor`, or a name of the `people` fixture). `needs` makes what the address needs and gives
the address's arguments. The makers of needs stand in `access_needs.py` and beside the tests of each app.
"""

from tests.access_table import (
    accounts,
    api,
    coverage,
    exchange,
    indicators,
    network,
    opendata,
    places,
    planning,
    plans,
    quality,
    sensors,
    systems,
    utilities,
    web,
    work,
)
from tests.access_table.rows import WHO, Row

__all__ = ["ACCESS", "WHO", "Row"]
PARTS = (
    accounts,
    api,
    coverage,
    exchange,
    indicators,
    network,
    opendata,
    places,
    planning,
    plans,
    quality,
    sensors,
    systems,
    utilities,
    web,
    work,
)
ACCESS: dict[str, Row] = {name: entry for part in PARTS for name, entry in part.ROWS.items()}
