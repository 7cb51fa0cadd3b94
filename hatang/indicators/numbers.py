"""Numbers that were worked out for single rows and that a query reads by their key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import FloatField, Func, TextField, Value
from django.db.models.functions import Cast


class NumberOf(Func):
    """The number that belongs to a key, out of a table given with the query; null where there is none."""

    output_field = FloatField()

    def __init__(self, key: Any, numbers: Mapping[int, float]) -> None:
        table = json.dumps({str(pk): number for pk, number in numbers.items()})
        super().__init__(Value(table), Cast(key, TextField()))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Read it as a path of JSON."""
        template = "json_extract(%(expressions)s)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", '$.' || ", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Read it as a key of jsonb."""
        template = "(%(expressions)s)::double precision"
        return self.as_sql(compiler, connection, template=template, arg_joiner="::jsonb ->> ", **context)
