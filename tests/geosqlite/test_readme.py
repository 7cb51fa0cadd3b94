"""The page says what the code does, and the package stands alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.contrib.gis.db.models import aggregates, functions
from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.db.models.functions import GeoFunc, GeoFuncMixin

import hatang.geosqlite
from hatang.geosqlite.features import DatabaseFeatures
from hatang.geosqlite.operations import GeoOperations

PACKAGE = Path(hatang.geosqlite.__file__).parent
PAGE = (PACKAGE / "README.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def table(title: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE))


def test_the_page_lists_every_lookup() -> None:
    of_other_fields = {"isnull", "gt", "gte", "lt", "lte", "in", "range", "regex", "iregex", "iexact", "icontains"}
    of_other_fields |= {"startswith", "istartswith", "endswith", "iendswith"}
    assert table("Lookups") == set(GeometryField.get_class_lookups()) - of_other_fields


def test_the_page_lists_every_function() -> None:
    offered = {
        name
        for name, made in vars(functions).items()
        if isinstance(made, type) and issubclass(made, GeoFuncMixin) and made not in (GeoFuncMixin, GeoFunc)
    } - {"GeomOutputGeoFunc"}
    refused = GeoOperations.unsupported_functions
    assert table("Functions of `django.contrib.gis`") == offered - refused
    told = section("Functions of `django.contrib.gis`")
    assert set(re.findall(r"`(\w+)`", re.search(r"refused by name: (.*)", told)[1])) == refused  # type: ignore[index]
    given = set(re.findall(r"`(\w+)`", re.search(r"Aggregates: (.*?)\. Refused", told)[1]))  # type: ignore[index]
    assert given == set(aggregates.__all__) - {made.__name__ for made in GeoOperations.disallowed_aggregates}


def test_features_follow_the_operations() -> None:
    assert DatabaseFeatures.supports_transform
    assert not DatabaseFeatures.supports_raster


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.name)
def test_the_package_knows_nobody(path: Path) -> None:
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in getattr(node, "names", [])]
        )
        if isinstance(node, ast.Import | ast.ImportFrom) and name.startswith("hatang")
    ]
    assert [name for name in imported if not name.startswith("hatang.geosqlite")] == []
