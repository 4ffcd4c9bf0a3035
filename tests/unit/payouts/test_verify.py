"""A statement that was touched is found out, and no file makes the program fall."""

import ast
import csv
import io
import json
import shutil
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payouts import verify
from payouts.selectors import statement_sheet

EXAMPLE = Path("docs/algorithms/statement-example.csv").read_text()
LINES = EXAMPLE.splitlines()
KEY = Ed25519PrivateKey.from_private_bytes(b"\xaa" * 32)
PUBLIC = LINES[-1].split(",")[3]
TELLING = ("BALANCE", "TOTAL", "MOVEMENT", "SALE", "LINE", "REFUND")

# Each example writes the same file anew.
with_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def cells_of(line: str) -> list[str]:
    return next(csv.reader([line]))


def line_of(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def code_of(lines: list[str], folder: Path, *, key: str = PUBLIC) -> int:
    path = folder / "statement.csv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return verify.main([str(path), "--key", key])


def sealed(lines: list[str]) -> list[str]:
    """Sign rows as the market would that counts wrong, or lies."""
    body = [*lines[:-2], f"END,{len(lines) - 2}"]
    digest = sha256("".join(f"{line}\n" for line in body).encode()).hexdigest()
    made = KEY.sign(b"comptoir-statement-1\n" + digest.encode() + b"\n")
    seal = cells_of(lines[-1])[:4]
    return [*body, line_of([*seal, digest, b64encode(made).decode()])]


def amounts() -> list[tuple[int, int]]:
    """Return line and cell of each amount that other amounts decide on."""
    free = {"tax_minor", "vendor_discount_minor", "fixed_minor", "least_minor"}
    found, heads = [], []
    for at, line in enumerate(LINES):
        cells = cells_of(line)
        if cells[0].startswith("#"):
            heads = cells
        if cells[0] not in TELLING:
            continue
        for place, name in enumerate(heads):
            if name.endswith("_minor") and cells[place] and name not in free:
                found.append((at, place))
    return found


def test_the_example_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert code_of(LINES, tmp_path) == verify.RIGHT

    said = capsys.readouterr().out
    assert "4 lines: price, who paid, commission, VAT, net" in said
    assert "14 movements: from opening to closing" in said
    assert "signed by key key-" in said


@with_file
@given(data=st.data())
def test_no_cell_can_be_changed(data: st.DataObject, tmp_path: Path):
    at = data.draw(st.integers(0, len(LINES) - 1))
    cells = cells_of(LINES[at])
    place = data.draw(st.integers(0, len(cells) - 1))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    cells[place] = data.draw(text.filter(lambda new: new != cells[place]))

    changed = [*LINES[:at], line_of(cells), *LINES[at + 1 :]]

    assert code_of(changed, tmp_path) in {verify.WRONG, verify.UNREADABLE}


@with_file
@given(data=st.data())
def test_no_row_can_be_dropped_doubled_or_moved(data: st.DataObject, tmp_path: Path):
    at = data.draw(st.integers(0, len(LINES) - 1))
    to = data.draw(st.integers(0, len(LINES) - 1).filter(lambda to: to != at))
    swapped = list(LINES)
    swapped[at], swapped[to] = LINES[to], LINES[at]

    for changed in (
        [*LINES[:at], *LINES[at + 1 :]],
        [*LINES[: at + 1], *LINES[at:]],
        swapped,
    ):
        assert code_of(changed, tmp_path) in {verify.WRONG, verify.UNREADABLE}


@pytest.mark.parametrize("place", amounts())
def test_an_amount_that_is_wrong_is_found_though_it_was_signed(
    place: tuple[int, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    at, cell = place
    cells = cells_of(LINES[at])
    minor = int(cells[cell]) + 1
    cells[cell] = str(minor)
    if cell + 1 < len(cells) and "." in cells[cell + 1]:
        cells[cell + 1] = verify.decimal(minor, 2)

    code = code_of(sealed([*LINES[:at], line_of(cells), *LINES[at + 1 :]]), tmp_path)

    said = capsys.readouterr().out
    assert code == verify.WRONG
    assert "WRONG line " in said
    assert f"signed by key {cells_of(LINES[-1])[2]}" in said


@pytest.mark.parametrize("section", ["MOVEMENT", "SALE", "LINE", "REFUND", "TOTAL"])
def test_a_row_that_was_left_out_before_signing_is_found(section: str, tmp_path: Path):
    at = next(n for n, line in enumerate(LINES) if line.startswith(f"{section},"))

    assert code_of(sealed([*LINES[:at], *LINES[at + 1 :]]), tmp_path) == verify.WRONG


def test_the_line_with_the_fault_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    at = next(n for n, line in enumerate(LINES) if line.startswith("LINE,"))
    changed = LINES[at].replace(",1234,", ",1134,")

    code = code_of(sealed([*LINES[:at], changed, *LINES[at + 1 :]]), tmp_path)

    assert code == verify.WRONG
    assert (
        f"WRONG line {at + 1}: commission is 815, recomputed 755: rule R2."
        in capsys.readouterr().out
    )


def test_another_key_is_not_the_markets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert code_of(LINES, tmp_path, key="0" * 64) == verify.WRONG
    assert "which is not the key" in capsys.readouterr().out


def test_without_a_key_nobody_has_proven_who_signed(tmp_path: Path):
    path = tmp_path / "statement.csv"
    path.write_text(EXAMPLE)

    assert verify.main([str(path)]) == verify.UNPROVEN


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        ("2026-01-01T00:00:00+00:00", None, verify.RIGHT),
        ("2026-01-01T00:00:00+00:00", "2026-12-01T02:00:00+00:00", verify.RIGHT),
        ("2026-12-01T02:00:01+00:00", None, verify.WRONG),
        ("2026-01-01T00:00:00+00:00", "2026-12-01T01:59:59+00:00", verify.WRONG),
    ],
)
def test_a_key_counts_while_it_was_in_use(
    since: str, until: str | None, code: int, tmp_path: Path
):
    known: dict[str, str | None] = {"id": cells_of(LINES[-1])[2], "public_key": PUBLIC}
    known |= {"valid_from": since, "valid_until": until}
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{"id": "x", "public_key": "ab"}, known]}))

    assert code_of(LINES, tmp_path, key=str(keys)) == code


@pytest.mark.parametrize("cut", range(0, len(EXAMPLE), 97))
def test_a_file_that_was_cut_off_says_so(
    cut: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "statement.csv"
    path.write_text(EXAMPLE[:cut])

    assert verify.main([str(path)]) == verify.UNREADABLE
    said = capsys.readouterr().out
    assert "cut off" in said or "empty" in said


@with_file
@given(junk=st.binary(max_size=400), whole=st.booleans(), at=st.integers(0, 4000))
def test_no_bytes_make_it_fall(junk: bytes, whole: bool, at: int, tmp_path: Path):
    example = EXAMPLE.encode()
    path = tmp_path / "statement.csv"
    path.write_bytes(junk if whole else example[:at] + junk + example[at:])

    code = verify.main([str(path)])

    assert code in {verify.WRONG, verify.UNREADABLE} or not junk


@pytest.mark.parametrize(
    ("hostile", "words"),
    [
        (b"", "the file is empty"),
        (b"A" * 70_000 + b"\n", "too long"),
        (b'COMPTOIR-STATEMENT,"1\n', "neither UTF-8 nor CSV"),
        (b"\xff\xfe\n", "neither UTF-8 nor CSV"),
        (b"a;b;c\n", "a statement begins with COMPTOIR-STATEMENT,1"),
        (b"COMPTOIR-STATEMENT,2\n", "a statement begins with COMPTOIR-STATEMENT,1"),
        (b"COMPTOIR-STATEMENT,1\r\n", "control characters"),
        (b"COMPTOIR-STATEMENT,1\nFACT,a,b\n", "does not belong here"),
        (b"COMPTOIR-STATEMENT,1\n\x1b[2J\n", "control characters"),
        (b"COMPTOIR-STATEMENT,1\n\n", "not written as statements are"),
        (EXAMPLE.replace(",1234,", ",1e9,").encode(), "not a whole number"),
        (EXAMPLE.replace(",1234,", f",{'9' * 40},").encode(), "not a whole number"),
        (EXAMPLE.encode() + b"x\n", "nothing may follow the last row"),
    ],
)
def test_hostile_files_get_a_clear_answer(
    hostile: bytes, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "statement.csv"
    path.write_bytes(hostile)

    assert verify.main([str(path)]) == verify.UNREADABLE
    assert words in capsys.readouterr().out


def test_what_is_no_file_or_no_key_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert verify.main([str(tmp_path / "none.csv")]) == verify.UNREADABLE
    assert "cannot be opened" in capsys.readouterr().out
    assert verify.main([str(tmp_path)]) == verify.UNREADABLE
    assert verify.main(["x.csv", "--key", "nothing"]) == verify.UNREADABLE
    assert "no key in 'nothing'" in capsys.readouterr().out


def test_a_month_that_is_open_is_recomputed_but_not_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    unsigned = [*LINES[:-1], "UNSIGNED,open"]

    assert code_of(unsigned, tmp_path) == verify.UNPROVEN
    assert "the month is still open" in capsys.readouterr().out


def test_it_runs_from_a_copy_of_the_one_file(tmp_path: Path):
    copy = tmp_path / "check.py"
    shutil.copy(verify.__file__, copy)
    (tmp_path / "statement.csv").write_text(EXAMPLE)

    ran = subprocess.run(
        [sys.executable, "-I", str(copy), "statement.csv", "--key", PUBLIC],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == verify.RIGHT, ran.stdout + ran.stderr
    assert ran.stderr == ""


def test_it_needs_the_standard_library_and_cryptography_alone():
    tree = ast.parse(Path(verify.__file__).read_text())
    named = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert named <= {*sys.stdlib_module_names, "cryptography"}


def test_it_reads_what_the_product_writes():
    assert statement_sheet.COLUMNS == verify.SECTIONS
    assert f"{statement_sheet.MAGIC},{statement_sheet.FORMAT}" == verify.MAGIC
