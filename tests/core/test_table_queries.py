"""A question in SQL reads its tables and nothing else, and ends in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatang.core.table_queries import QueryError, ask_tables, parquet_bytes, write_parquet


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write a table of three places."""
    path = tmp_path_factory.mktemp("bang") / "so lieu.parquet"
    columns = {"noi": ["Xã Á", "Xã B", "Xã C"], "gia_tri": [1.5, None, 3.0]}
    write_parquet(path, columns, {"noi": "VARCHAR", "gia_tri": "DOUBLE"})
    return {"so_lieu": path}


def test_it_answers_and_says_when_there_is_more(tables: dict[str, Path]) -> None:
    answer = ask_tables("SELECT noi, gia_tri FROM so_lieu ORDER BY noi DESC", tables, most_rows=2)
    assert (answer.columns, answer.rows, answer.cut) == (["noi", "gia_tri"], [["Xã Á", 1.5], ["Xã C", 3.0]], True)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "lỗi"),
        ("SELECT * FROM read_text('/proc/self/environ')", "lỗi"),
        ("SELECT * FROM glob('/etc/*')", "lỗi"),
        ("COPY so_lieu TO '/tmp/lay-ra.csv'", "chỉ nhận một câu select"),
        ("ATTACH '/tmp/khac.db'", "chỉ nhận một câu select"),
        ("SET threads = 64", "chỉ nhận một câu select"),
        ("INSTALL httpfs", "chỉ nhận một câu select"),
        ("DROP VIEW so_lieu", "chỉ nhận một câu select"),
        ("SELECT 1; SELECT 2", "chỉ nhận một câu select"),
        ("", "chỉ nhận một câu select"),
        ("SELECT khong_co FROM so_lieu", "lỗi"),
        ("SELECT '" + "a" * 20_001 + "'", "dài quá"),
    ],
)
def test_everything_but_one_select_of_its_tables_is_refused(sql: str, said: str, tables: dict[str, Path]) -> None:
    with pytest.raises(QueryError) as told:
        ask_tables(sql, tables)
    assert said in str(told.value).lower()


def test_a_question_without_end_is_stopped(tables: dict[str, Path]) -> None:
    endless = "SELECT sum(a.x * b.x) FROM range(10000000) a(x), range(10000000) b(x)"
    with pytest.raises(QueryError, match="bị dừng"):
        ask_tables(endless, tables, seconds=0.5)


def test_an_answer_goes_out_as_parquet(tables: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "ra.parquet"
    path.write_bytes(parquet_bytes(["n", "chữ"], [[1, "á"], [None, "b"]]))
    assert ask_tables('SELECT n, "chữ" FROM ra', {"ra": path}).rows == [[1, "á"], [None, "b"]]
