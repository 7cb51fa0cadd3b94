"""Promise: vector tiles from geosqlite come at least as fast as PostGIS draws them with ST_AsMVT.

Makes 5,000, 50,000 and 500,000 villages crowded around towns, as many pole lines (about a kilometre, 16 vertices each)
that begin there, and a tenth as many polygons that share their winding borders (Voronoi cells, some 40 vertices each),
in a scratch SQLite file through the models, and in a PostGIS database
of its own in tables of just the columns asked for, with GiST indexes. Then the same walks over the map at both: from
zoom 6 down to 14 over five towns, four tiles at a time, each tile once. PostGIS answers plain SQL, prepared, JIT off.

Three states, told apart: process cold: nothing is kept when the walk begins; rows are read from SQLite, all of a layer
as soon as a walk has read about so many. tile cold: no tile is kept, but the layer's arrays of the same version are in
memory. warm: the tile is kept; what is measured then is what a view does: ask SQLite whether the rows changed, and find
the tile. PostGIS keeps no tiles and draws each anew; its own buffers are warm in all states.

whole: every point, on both sides. thinned: more than 16,384 points on a tile become one for each square of 32 units
with their count, on both sides. lines: pole lines alone, thinned on both sides where more than 16,384
meet a tile: of those shorter than a square of 32 units, one for each square. Wall time; the median of 9, 5 or 3 runs,
in each of which ours and PostGIS take turns.

Run: HATANG_TEST_POSTGRESQL=postgres://... .venv/bin/python -m benchmarks.tiles [sizes, as 5000,50000] [lines]
With the word "lines" only lines are measured.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.scratch import begin

SERVER = os.environ.get("HATANG_TEST_POSTGRESQL", "postgres://hatang:hatang@127.0.0.1:5432/postgres")
begin()

import numpy as np  # noqa: E402
import psycopg  # noqa: E402
import shapely  # noqa: E402
from django.contrib.auth.models import AnonymousUser  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from hatang.accounts.models import Grant, Organisation, Person  # noqa: E402
from hatang.accounts.roles import Role  # noqa: E402
from hatang.core.vector_tiles import tile_bounds, to_world  # noqa: E402
from hatang.network.models import PoleLine  # noqa: E402
from hatang.pages.tile_memory import KEPT, SPENT  # noqa: E402
from hatang.pages.tiles import MOST_POINTS, TileSource  # noqa: E402
from hatang.places.models import Boundary, Place  # noqa: E402
from hatang.web.services.layer_tiles import TILES, TileAsked, compressed_tile  # noqa: E402
from hatang.web.services.layers import LAYERS, Ask  # noqa: E402

SIZES = (5_000, 50_000, 500_000)
ZOOMS = range(6, 15)
WEST, SOUTH, EAST, NORTH = 102.3, 20.0, 107.9, 23.3
FACTS = ("name", "code", "has_grid_power", "population", "households", "simulated")
TYPES = "name text, code text, has_grid_power bool, population int, households int, simulated bool"
Tile = tuple[int, int, int]
LINES = TileSource(PoleLine.objects.all(), "l", "path", {"code": "code", "spare": "spare"})

# The same objects at both


def towns(rng: np.random.Generator) -> np.ndarray:
    """Choose where people live."""
    return np.column_stack((rng.uniform(WEST + 0.3, EAST - 0.3, 300), rng.uniform(SOUTH + 0.3, NORTH - 0.3, 300)))


def points(rng: np.random.Generator, count: int) -> np.ndarray:
    """Scatter points, seven of ten around a town."""
    near = towns(np.random.default_rng(1))[rng.integers(0, 300, count)] + rng.normal(0, 0.06, (count, 2))
    far = np.column_stack((rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count)))
    return np.clip(np.where(rng.random((count, 1)) < 0.7, near, far), (WEST, SOUTH), (EAST, NORTH))


def cells(rng: np.random.Generator, count: int) -> list[Any]:
    """Draw Voronoi cells with winding borders, the same from both sides."""
    seeds = shapely.MultiPoint(np.column_stack((rng.uniform(WEST, EAST, count), rng.uniform(SOUTH, NORTH, count))))
    drawn = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(WEST, SOUTH, EAST, NORTH)))
    size = ((EAST - WEST) * (NORTH - SOUTH) / count) ** 0.5
    drawn = shapely.segmentize(shapely.clip_by_rect(drawn, WEST, SOUTH, EAST, NORTH), size / 8)

    def wind(at: np.ndarray) -> np.ndarray:
        turn = at * (17 / size)
        return at + np.column_stack((np.sin(turn[:, 1]), np.sin(turn[:, 0]))) * size / 40

    return [shapely.MultiPolygon([cell]) for cell in shapely.transform(drawn, wind)]


def streets(rng: np.random.Generator, lon_lat: np.ndarray) -> list[Any]:
    """Draw a line of about a kilometre from each point: fifteen steps that turn a little."""
    turns = rng.uniform(0, 2 * np.pi, (len(lon_lat), 1)) + rng.normal(0, 0.25, (len(lon_lat), 15)).cumsum(axis=1)
    steps = np.stack((np.cos(turns), np.sin(turns)), axis=2).cumsum(axis=1) * 0.0006
    corners = np.concatenate((lon_lat[:, None], lon_lat[:, None] + steps), axis=1)
    return list(shapely.linestrings(corners))


def told(count: int) -> list[tuple[Any, ...]]:
    """Make up the facts of objects."""
    power = (True, False, None)
    return [(f"Bản {n % (count // 2)}", f"{n:06d}", power[n % 3], n % 900, n % 240, True) for n in range(count)]


def fill_sqlite(lon_lat: np.ndarray, shapes: list[Any]) -> None:
    """Store the objects through the tables that the models made; triggers keep the R*Tree."""
    columns = "kind, type, title, lon, lat, search_key, sort_key, id, " + ", ".join(FACTS)
    sql = f"INSERT INTO places_place ({columns}) VALUES (?, '', '', ?, ?, '', '', ?" + ", ?" * len(FACTS) + ")"
    villages = zip(lon_lat.tolist(), told(len(lon_lat)), strict=True)
    communes = told(len(shapes))
    now = timezone.now().isoformat()
    with transaction.atomic():
        Boundary.objects.all().delete()
        raw = connection.connection
        raw.execute("DELETE FROM places_place")
        raw.executemany(sql, (("village", *at, n + 1, *facts) for n, (at, facts) in enumerate(villages)))
        raw.executemany(sql, (("commune", None, None, 1_000_001 + n, *facts) for n, facts in enumerate(communes)))
        raw.executemany(
            "INSERT INTO places_boundary (id, place_id, geometry, illustrative, area_km2, repaired, source, "
            "source_sha256, known_from) VALUES (?, ?, ?, 1, 1, '', '', '', ?)",
            ((n + 1, 1_000_001 + n, ewkb(shape), now) for n, shape in enumerate(shapes)),
        )
    connection.cursor().execute("ANALYZE")


def fill_lines(lines: list[Any]) -> None:
    """Store the pole lines through the table that the model made."""
    owner = Organisation.objects.get_or_create(kind="operator", name="Doanh nghiệp", short_name="DN")[0].pk
    place = Place.objects.filter(kind="commune").values_list("pk", flat=True).first()
    columns = {
        "code_system": "", "owner_id": owner, "province_id": place, "address": "", "built_on": "2020-01-01",
        "along": "", "offered": 0, "remarks": "", "simulated": 1, "search_key": "", "kind": "C1", "reason": "",
        "length_km": 1.0,
    }  # fmt: skip
    marks = ", ".join("?" * (len(columns) + 4))
    sql = f"INSERT INTO network_poleline (id, code, spare, path, {', '.join(columns)}) VALUES ({marks})"
    rows = ((n + 1, f"{n:06d}", n % 4, ewkb(line), *columns.values()) for n, line in enumerate(lines))
    with transaction.atomic():
        connection.connection.execute("DELETE FROM network_poleline")
        connection.connection.executemany(sql, rows)
    connection.cursor().execute("ANALYZE")


def fill_postgis_lines(server: psycopg.Connection, lines: list[Any]) -> None:
    """Store the lines with a GiST index."""
    server.execute("DROP TABLE IF EXISTS line")
    server.execute(
        "CREATE TABLE line (id bigint PRIMARY KEY, code text, spare int, geometry geometry(LineString, 4326))"
    )
    with server.cursor().copy("COPY line FROM STDIN") as copy:
        for n, line in enumerate(lines):
            copy.write_row((n + 1, f"{n:06d}", n % 4, ewkb(line).hex()))
    server.execute("CREATE INDEX ON line USING gist (geometry)")
    server.execute("VACUUM ANALYZE")


def ewkb(shape: Any) -> bytes:
    """Write a shape with its reference system."""
    return bytes(shapely.to_wkb(shapely.set_srid(shape, 4326), include_srid=True, byte_order=1))


def fill_postgis(server: psycopg.Connection, lon_lat: np.ndarray, shapes: list[Any]) -> None:
    """Store the objects with a GiST index."""
    points = shapely.points(lon_lat)
    for table, kind, rows in (("village", "Point", points), ("commune", "MultiPolygon", shapes)):
        server.execute(f"DROP TABLE IF EXISTS {table}")
        server.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, {TYPES}, geometry geometry({kind}, 4326))")
        with server.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for n, (shape, facts) in enumerate(zip(rows, told(len(rows)), strict=True)):
                copy.write_row((n + 1, *facts, ewkb(shape).hex()))
        server.execute(f"CREATE INDEX ON {table} USING gist (geometry)")
    server.execute("VACUUM ANALYZE")


# The same walk at both


def walk() -> list[Tile]:
    """Go from zoom 6 down to 14 over five towns, four tiles at a time; each tile once, in order."""
    tiles: dict[Tile, None] = {}
    for world in to_world(towns(np.random.default_rng(1))[:5]):
        for z in ZOOMS:
            x, y = (world * 2**z - 0.5).astype(int)
            tiles |= dict.fromkeys((z, int(x) + i, int(y) + j) for i in (0, 1) for j in (0, 1))
    return list(tiles)


def sources(most: int | None) -> list[TileSource]:
    """Prepare both layers, as the view keeps them between the tiles of one map."""
    villages, communes = Place.objects.villages(), Boundary.objects.current()
    named = {f: f"place__{f}" for f in FACTS}
    return [
        TileSource(villages, "v", "point", {f: f for f in FACTS}, most=most),
        TileSource(communes, "c", "geometry", named),
    ]


def drawing_here(most: int | None) -> Callable[[Tile], object]:
    """Draw both layers here."""
    both = sources(most)
    return lambda tile: [source.tile(*tile, version="1") for source in both]


SHAPE = "ST_AsMVTGeom(ST_Transform(t.geometry, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true)"
NEAR = "t.geometry && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096), 4326)"
PLAIN = """WITH d AS (SELECT {shape} AS geom, t.id, {facts} FROM {table} t WHERE {near})
    SELECT ST_AsMVT(d, 'l', 4096, 'geom', 'id') FROM d WHERE geom IS NOT NULL"""
THINNED = """WITH m AS (SELECT t.id, {shape} AS geom FROM {table} t WHERE {near}),
    s AS (SELECT min(id) AS id, count(*) AS count FROM m WHERE geom IS NOT NULL
          GROUP BY floor(ST_X(geom) / 32), floor(ST_Y(geom) / 32)),
    d AS (SELECT m.geom, t.id, {facts}, s.count FROM s JOIN m USING (id) JOIN {table} t USING (id))
    SELECT ST_AsMVT(d, 'l', 4096, 'geom', 'id') FROM d"""


def postgis(server: psycopg.Connection, tile: Tile, crowded: bool) -> int:
    """Draw both layers at PostGIS."""
    size = 0
    for table, sql in (("village", THINNED if crowded else PLAIN), ("commune", PLAIN)):
        facts = ", ".join(f"t.{fact}" for fact in FACTS)
        text = sql.format(shape=SHAPE, near=NEAR, table=table, facts=facts)
        (content,) = server.execute(text, dict(zip("zxy", tile, strict=True))).fetchone()
        size += len(content or b"")
    return size


SHORT = """WITH b AS (SELECT t.id, Box2D(ST_Transform(t.geometry, 3857)) AS box FROM line t WHERE {near}),
    s AS (SELECT min(id) AS id FROM b GROUP BY
          CASE WHEN greatest(ST_XMax(box) - ST_XMin(box), ST_YMax(box) - ST_YMin(box)) >= %(side)s THEN id END,
          floor((ST_XMin(box) + ST_XMax(box)) / 2 / %(side)s), floor((ST_YMin(box) + ST_YMax(box)) / 2 / %(side)s)),
    d AS (SELECT {shape} AS geom, t.id, t.code, t.spare FROM s JOIN line t USING (id))
    SELECT ST_AsMVT(d, 'l', 4096, 'geom', 'id') FROM d WHERE geom IS NOT NULL"""


def postgis_lines(server: psycopg.Connection, tile: Tile, crowded: bool) -> int:
    """Draw the lines at PostGIS."""
    text = (SHORT if crowded else PLAIN).format(shape=SHAPE, near=NEAR, table="line", facts="t.code, t.spare")
    side = 2 * 20_037_508.342789244 / 2 ** tile[0] / 128
    (content,) = server.execute(text, dict(zip("zxy", tile, strict=True)) | {"side": side}).fetchone()
    return len(content or b"")


def lines_here(tile: Tile) -> bytes:
    """Draw the lines here; the source is made once, as the view keeps it."""
    return LINES.tile(*tile, version="1")


def crowded(lon_lat: np.ndarray, tile: Tile) -> bool:
    """Tell whether a tile has more points than are drawn one by one."""
    west, south, east, north = tile_bounds(*tile, buffer=64)
    lon, lat = lon_lat.T
    return int(((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).sum()) > MOST_POINTS


# Measuring


def forget() -> None:
    """Keep nothing from before."""
    KEPT.clear()
    SPENT.clear()
    TILES.clear()


def seconds(tiles: Iterable[Tile], draw: Callable[[Tile], object]) -> dict[int, float]:
    """Give the seconds of a walk by zoom."""
    spent = dict.fromkeys(ZOOMS, 0.0)
    for tile in tiles:
        begin = time.perf_counter()
        draw(tile)
        spent[tile[0]] += time.perf_counter() - begin
    return spent


def medians(tiles: list[Tile], runs: int, draws: dict[str, Callable[[Tile], object]]) -> dict[str, dict[int, float]]:
    """Give for each way to draw the median of several walks, by zoom; they take turns in the order given."""
    found = []
    for _ in range(runs):
        forget()
        found.append({name: seconds(tiles, draw) for name, draw in draws.items()})
    return {name: {z: statistics.median(run[name][z] for run in found) for z in ZOOMS} for name in draws}


def report(what: str, tiles: list[Tile], here: dict[int, float], there: dict[int, float]) -> None:
    """Write tiles a second of both, and their ratio, in all and by zoom."""
    ratio = sum(there.values()) / sum(here.values())
    ms = "  ".join(f"z{z} {1000 * here[z] / n:.2f}/{1000 * there[z] / n:.2f}"
                   for z in ZOOMS if (n := sum(t[0] == z for t in tiles)))  # fmt: skip
    rates = f"{len(tiles) / sum(here.values()):>8,.1f} tiles/s  PostGIS {len(tiles) / sum(there.values()):>8,.1f}"
    print(f"{what:<24} {rates}  ratio {ratio:6.2f}  {'kept' if ratio >= 1 else 'BROKEN'}")
    print(f"{'':<24} ms a tile, here/PostGIS: {ms}", flush=True)


def warm_lines(officer: Person) -> Callable[[Tile], object]:
    """Answer as the view does to an officer, the lines."""
    ask = Ask(officer, None, timezone.localdate())
    return lambda tile: compressed_tile(TileAsked(LAYERS["pole_line"], ask, *tile))


def officer() -> Person:
    """Make somebody who sees everything."""
    person = Person.objects.get_or_create(username="can_bo")[0]
    Grant.objects.get_or_create(person=person, role=Role.ANALYST)
    return person


def measure_lines(server: psycopg.Connection, lon_lat: np.ndarray, tiles: list[Tile], runs: int) -> None:
    """Measure as many lines as there are points."""
    lines = streets(np.random.default_rng(2), lon_lat)
    fill_lines(lines)
    fill_postgis_lines(server, lines)
    full = {tile for tile in tiles if crowded(lon_lat, tile)}
    there, warm = "PostGIS, lines", warm_lines(officer())
    draws: dict[str, Callable[[Tile], object]] = {
        "process cold, lines": lines_here,
        there: lambda t: postgis_lines(server, t, t in full),
        "tile cold, lines": lines_here,
        "(drawn, to be kept)": warm,
        "warm, lines": warm,
    }
    found = medians(tiles, runs, draws)
    largest = max(len(lines_here(tile)) for tile in tiles) / 1e6
    print(f"{len(lines):,} lines, {len(full)} tiles crowded; the largest has {largest:,.2f} MB")
    for name in draws:
        if name[0] not in "P(":
            report(name, tiles, found[name], found[there])


def warm_layer(tile: Tile) -> None:
    """Answer as the view does, both layers."""
    ask = Ask(AnonymousUser(), None, timezone.localdate())
    for key in ("villages", "communes"):
        compressed_tile(TileAsked(LAYERS[key], ask, *tile))


def measure(server: psycopg.Connection, count: int) -> None:
    """Measure one size."""
    rng = np.random.default_rng(count)
    lon_lat, shapes = points(rng, count), cells(rng, count // 10)
    fill_sqlite(lon_lat, shapes)
    fill_postgis(server, lon_lat, shapes)
    tiles = walk()
    full = {tile for tile in tiles if crowded(lon_lat, tile)}
    runs = 9 if count <= 5_000 else 5 if count <= 50_000 else 3
    print(
        f"\n{count:,} points + {len(shapes):,} polygons, {len(tiles)} tiles, {len(full)} of them crowded; {runs} runs"
    )
    if "lines" not in sys.argv:
        measure_places(server, tiles, runs, full)
    measure_lines(server, lon_lat, tiles, runs)


def measure_places(server: psycopg.Connection, tiles: list[Tile], runs: int, full: set[Tile]) -> None:
    """Measure points and polygons together."""
    compare("whole", tiles, runs, None, lambda t: postgis(server, t, False))
    compare("thinned", tiles, runs, MOST_POINTS, lambda t: postgis(server, t, t in full))
    seconds(tiles, warm_layer)
    print(f"kept in memory: {KEPT.size * 16 / 1e6:,.0f} MB of rows, {TILES.size / 1e6:,.1f} MB of tiles")


def compare(variant: str, tiles: list[Tile], runs: int, most: int | None, peer: Callable[[Tile], object]) -> None:
    """Measure a variant in all states: the second walk finds the arrays of the first, the last one finds tiles."""
    here, there = drawing_here(most), f"PostGIS, {variant}"
    draws = {f"process cold, {variant}": here, there: peer, f"tile cold, {variant}": here}
    if most is not None:
        draws |= {"(drawn, to be kept)": warm_layer, "warm": warm_layer}
    found = medians(tiles, runs, draws)
    for name in draws:
        if name[0] not in "P(":
            report(name, tiles, found[name], found[there])


def scratch_postgis() -> psycopg.Connection:
    """Make a database of its own."""
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS hatang_benchmark_tiles")
        server.execute("CREATE DATABASE hatang_benchmark_tiles")
    scratch = psycopg.connect(SERVER.rsplit("/", 1)[0] + "/hatang_benchmark_tiles", autocommit=True)
    scratch.execute("CREATE EXTENSION postgis")
    scratch.execute("SET jit = off")
    scratch.execute("SET plan_cache_mode = force_custom_plan")
    return scratch


def main() -> None:
    """Measure each size."""
    sizes = [int(size) for size in sys.argv[1].split(",")] if len(sys.argv) > 1 else SIZES
    call_command("migrate", verbosity=0)
    server = scratch_postgis()
    for count in sizes:
        measure(server, count)
    server.close()
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute("DROP DATABASE hatang_benchmark_tiles")


if __name__ == "__main__":
    main()
