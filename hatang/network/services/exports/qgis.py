"""QGIS styles (QML) of the layers: categories by sort, paler when not in use, Vietnamese names of fields and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from hatang.network.models import LifeState
from hatang.network.services.exports.columns import Column, Table
from hatang.network.services.exports.looks import Look, look_of

VERSION = "3.34.0"
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
PALE_PERCENT = 45
BY_EXPRESSION = "3"
GEOMETRY_TYPES = {"point": "0", "path": "1", "": "4"}


def qml(table: Table) -> str:
    """Give the style of a table's layer as QGIS saves it."""
    categories = "Symbology|Fields|Forms|MapTips|AttributeTable" if table.geometry else "Fields|Forms"
    root = ET.Element("qgis", version=VERSION, styleCategories=categories)
    fields(root, table.attributes)
    if table.geometry:
        renderer(root, table)
    named = "code" if "code" in table.named else "id"
    ET.SubElement(root, "previewExpression").text = f'coalesce("{named}", "id")'
    ET.SubElement(root, "layerGeometryType").text = GEOMETRY_TYPES[table.geometry]
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def fields(root: ET.Element, columns: Iterable[Column]) -> None:
    """Name the fields in Vietnamese, and the values of those that are codes."""
    told = ET.SubElement(root, "fieldConfiguration")
    aliases = ET.SubElement(root, "aliases")
    for index, column in enumerate(columns, start=1):
        ET.SubElement(aliases, "alias", index=str(index), field=column.name, name=column.heading)
        field = ET.SubElement(told, "field", name=column.name, configurationFlags="NoFlag")
        widget = ET.SubElement(field, "editWidget", type="ValueMap" if column.choices else "")
        config = ET.SubElement(ET.SubElement(widget, "config"), "Option", type="Map")
        if column.choices:
            values = ET.SubElement(config, "Option", type="List", name="map")
            for value, words in column.choices:
                options(ET.SubElement(values, "Option", type="Map"), {words: value})


def renderer(root: ET.Element, table: Table) -> None:
    """Draw each sort in its colour."""
    looks = look_of(table)
    drawn = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=table.sort, enableorderby="0")
    drawn.attrib |= {"forceraster": "0", "symbollevels": "0", "referencescale": "-1"}
    categories = ET.SubElement(drawn, "categories")
    symbols = ET.SubElement(drawn, "symbols")
    for at, (value, look) in enumerate(looks.items()):
        category = {"value": value, "label": look.words, "symbol": str(at), "render": "true", "type": "string"}
        ET.SubElement(categories, "category", category)
        symbol(symbols, str(at), table, look)


def symbol(symbols: ET.Element, name: str, table: Table, look: Look) -> None:
    """Write a symbol: a mark, or a line."""
    kind = "marker" if table.geometry == "point" else "line"
    made = ET.SubElement(symbols, "symbol", type=kind, name=name, alpha="1", force_rhr="0", clip_to_extent="1")
    paler(made)
    drawn = "SimpleMarker" if kind == "marker" else "SimpleLine"
    layer = ET.SubElement(made, "layer", {"class": drawn, "enabled": "1", "locked": "0", "pass": "0"})
    options(ET.SubElement(layer, "Option", type="Map"), marker(look) if kind == "marker" else line(look))


def marker(look: Look) -> dict[str, str]:
    """Describe the mark of a point."""
    return {
        "color": rgba(look.colour),
        "name": look.form,
        "outline_color": "255,255,255,255",
        "outline_style": "solid",
        "outline_width": "0.3",
        "outline_width_unit": "MM",
        "size": "2.8",
        "size_unit": "MM",
    }


def line(look: Look) -> dict[str, str]:
    """Describe a line."""
    return {
        "capstyle": "round",
        "joinstyle": "round",
        "line_color": rgba(look.colour),
        "line_style": look.dash,
        "line_width": f"{look.width_px / 4:g}",
        "line_width_unit": "MM",
    }


def paler(made: ET.Element) -> None:
    """Draw paler what is not in use on the day."""
    expression = f"if(\"state\" = '{LifeState.IN_USE}', 100, {PALE_PERCENT})"
    held = ET.SubElement(ET.SubElement(made, "data_defined_properties"), "Option", type="Map")
    ET.SubElement(held, "Option", type="QString", name="name", value="")
    properties = ET.SubElement(held, "Option", type="Map", name="properties")
    alpha = ET.SubElement(properties, "Option", type="Map", name="alpha")
    ET.SubElement(alpha, "Option", type="bool", name="active", value="true")
    ET.SubElement(alpha, "Option", type="QString", name="expression", value=expression)
    ET.SubElement(alpha, "Option", type="int", name="type", value=BY_EXPRESSION)
    ET.SubElement(held, "Option", type="QString", name="type", value="collection")


def options(parent: ET.Element, values: Mapping[str, str]) -> None:
    """Write named texts as QGIS holds them."""
    for name, value in values.items():
        ET.SubElement(parent, "Option", type="QString", name=name, value=value)


def rgba(colour: str) -> str:
    """Give a colour as QGIS has it.

    >>> rgba("#0072b2")
    '0,114,178,255'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
