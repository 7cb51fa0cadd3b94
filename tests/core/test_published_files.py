"""A published file: one form for the same figures, and what its proof says of a true, a changed and another file."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatang.core.__main__ import main
from hatang.core.transparency.fixed_form import fixed_number, fixed_table, saved_again
from hatang.core.transparency.merkle import Tree, inclusion_proof, leaf_hash
from hatang.core.transparency.proofs import Proof, ProofError, Verdict, check_file, read_proof

ROOT = Path(__file__).parents[2]
COLUMNS = ["Mục sổ minh bạch", "Nơi", "Năm", "Giá trị", "Tính đến"]
ROWS = [[5, "Xã Đồng Đăng", 2026, 98.5, date(2026, 12, 31)], [5, "Phường Kỳ Lừa", 2026, 100.0, date(2026, 12, 31)]]
TABLE = fixed_table(COLUMNS, ROWS)


def proof_of(content: bytes, index: int = 4, size: int = 11) -> Proof:
    leaves = [content if at == index else f"mục {at}".encode() for at in range(size)]
    tree = Tree(map(leaf_hash, leaves))
    return Proof(
        index,
        size,
        leaf_hash(content),
        tree.root(),
        tuple(inclusion_proof(index, size, tree.read)),
        title="Số liệu Lạng Sơn 2026",
    )


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Give a published table and its proof as files."""
    table, proof = tmp_path / "so-lieu.csv", tmp_path / "bang-chung.json"
    table.write_bytes(TABLE)
    proof.write_text(proof_of(TABLE).as_json(), encoding="utf-8")
    return table, proof


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself_without_exponent(value: float) -> None:
    assert float(fixed_number(value)) == value
    assert re.fullmatch(r"-?\d+(\.\d+)?", fixed_number(value))


def test_the_same_figures_give_the_same_bytes_however_they_are_typed() -> None:
    """A letter may be composed or not, a whole number may be a float: the file is one."""
    other = [[5, "Xã Đồng  Đăng\n", 2026.0, 98.50, date(2026, 12, 31)], ROWS[1]]
    assert fixed_table(COLUMNS, other) == TABLE
    assert b"\r" not in TABLE


def test_a_true_file_is_told_from_a_changed_one_and_from_another() -> None:
    proof = proof_of(TABLE)
    assert check_file(TABLE, proof).verdict == Verdict.INTACT
    assert check_file(saved_again(TABLE).replace(b"\n", b"\r\n"), proof).verdict == Verdict.SAVED_AGAIN
    changed = check_file(TABLE.replace(b"98.5", b"99.5"), proof)
    assert (changed.verdict, "mục 5 của sổ" in changed.words) == (Verdict.CHANGED, True)
    assert check_file(TABLE.replace(b"5,X", b"6,X"), proof).verdict == Verdict.OTHER
    assert check_file(b"", proof).verdict == Verdict.OTHER


@given(st.integers(0, len(TABLE) - 1), st.integers(0, 255))
def test_no_changed_byte_passes(at: int, byte: int) -> None:
    changed = TABLE[:at] + bytes([byte]) + TABLE[at + 1 :]
    if saved_again(changed) != TABLE:
        assert check_file(changed, proof_of(TABLE)).verdict in (Verdict.CHANGED, Verdict.OTHER)


def test_a_forged_proof_and_another_root_are_told() -> None:
    proof = proof_of(TABLE)
    forged = read_proof(proof.as_json().replace(proof.path[1].hex(), "0" * 64))
    assert check_file(TABLE, forged).verdict == Verdict.BAD_PROOF
    assert check_file(TABLE, proof, proof.root).verdict == Verdict.INTACT
    elsewhere = check_file(TABLE, proof, leaf_hash(b"x"))
    assert (elsewhere.verdict, "11 mục" in elsewhere.words) == (Verdict.OTHER_ROOT, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size": 0}, "“size” phải là số nguyên từ 1"),
        ({"index": 11}, "“index” phải là số nguyên từ 0 đến 10"),
        ({"index": True}, "“index”"),
        ({"root": "xyz"}, "“root” phải là 64 chữ số"),
        ({"path": ["00"]}, "Mục 1 của “path”"),
        ({"path": "abc"}, "“path” phải là danh sách"),
        ({"format": "khac"}, "không phải bằng chứng"),
    ],
)
def test_a_proof_that_cannot_be_read_names_the_field(change: dict[str, object], said: str) -> None:
    text = json.dumps(json.loads(proof_of(TABLE).as_json()) | change)
    with pytest.raises(ProofError, match=said):
        read_proof(text)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"nan"])
def test_what_is_no_proof_is_refused(text: bytes) -> None:
    with pytest.raises(ProofError):
        read_proof(text)


def test_the_command_says_it_in_words_and_by_its_exit_code(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    table, proof = files
    line = ["verify-published", str(table), "--proof", str(proof)]
    root = read_proof(proof.read_bytes()).root.hex()
    assert main([*line, "--root", root.upper()]) == 0
    assert "ĐÚNG: tệp là mục 5 của sổ (Số liệu Lạng Sơn 2026)" in capsys.readouterr().out
    assert main([*line, "--root", "0" * 64]) == 5
    assert main([*line, "--root", "12"]) == 1
    table.write_bytes(TABLE.replace(b"100", b"101"))
    assert main(line) == 3
    table.write_bytes(b"khac")
    assert main(line) == 4
    assert main(["verify-published", str(table), "--proof", str(table)]) == 1
    assert main(["verify-published", str(table.parent / "khong-co"), "--proof", str(proof)]) == 1
    assert "khong-co: Không có tệp này." in capsys.readouterr().err


def test_the_handbooks_own_script_needs_nothing_but_python(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Whoever does not trust our program reads thirty lines in the handbook and runs them."""
    page = (ROOT / "docs/so-minh-bach.md").read_text(encoding="utf-8")
    script = tmp_path / "kiem_tra.py"
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code
    script.write_text(code[1], encoding="utf-8")
    table, proof = files

    def ask() -> str:
        done = subprocess.run(
            [sys.executable, "-I", script, table, proof], capture_output=True, text=True, check=True, encoding="utf-8"
        )
        return done.stdout

    assert ask().startswith("ĐÚNG")
    table.write_bytes(TABLE.replace(b"98.5", b"98.6"))
    assert ask().startswith("SAI")
