"""Tables as spreadsheets, pandas, R, numpy and Fortran write them: read as meant, or refused with a
line; never a third thing.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ebmviz.core.errors import UserError
from ebmviz.files.tables.roles import roles, said
from ebmviz.files.tables.spelling import number
from ebmviz.files.tables.table import read_table
from tests.tables import read_points

TWO = [[0.25, 3.5], [0.125, 1.75]]
LARGE = [[4321.0, 0.5], [1700.0, 2.25]]

READ: list[tuple[str, str, list[list[float]]]] = [
    # thousands, and what decides about them
    ("english ;", "4,321;0.5\n1,700;2.25\n", LARGE),
    ("bars", "u|v\n0.25|3.5\n0.125|1.75\n", TWO),
    ("bars, no heading", "0,25|3,5\n0,125|1,75\n", TWO),
    ("english tab", "a\tb\n4,321\t0.5\n1,700\t2.25\n", LARGE),
    ("english quoted", 'a,b\n"4,321",0.5\n"1,700",2.25\n', LARGE),
    ("german ;", "a;b\n4.321;0,5\n1.700;2,25\n", LARGE),
    ("german tab", "4.321\t0,5\n1.700\t2,25\n", LARGE),
    ("german quoted", 'a,b\n"4.321","0,5"\n"1.700","2,25"\n', LARGE),
    ("swiss", "4'321;0.5\n1'700;2.25\n", LARGE),
    ("swiss, typographic", "4’321;0.5\n1’700;2.25\n", LARGE),
    ("french", "4\u202f321;0,5\n1\u202f700;2,25\n", LARGE),
    ("no-break blank", "4\u00a0321\t0.5\n1\u00a0700\t2.25\n", LARGE),
    ("thin blank", "4\u2009321;0.5\n1700;2.25\n", LARGE),
    ("blank ;", "4 321;0,5\n1 700;2,25\n", LARGE),
    ("blank quoted", '"4 321",0.5\n"1 700",2.25\n', LARGE),
    ("millions", "1,234,567;2\n3;4\n", [[1234567, 2], [3, 4]]),
    ("millions, points", "1.234.567;2\n3;4\n", [[1234567, 2], [3, 4]]),
    ("both signs", "1,234.5;2\n1,500;4\n", [[1234.5, 2], [1500, 4]]),
    ("both signs, german", "1.234,5;2\n1.500;4\n", [[1234.5, 2], [1500, 4]]),
    ("decimal comma decided below", "1,500;2,500\n0,5;1\n", [[1.5, 2.5], [0.5, 1]]),
    ("no group begins with 0", "0,250;1,500\n", [[0.25, 1.5]]),
    ("no group of four", "1250,500;2,125\n", [[1250.5, 2.125]]),
    ("an exponent", "1,250e3;2,125\n", [[1250, 2.125]]),
    ("three decimals, comma", "1.250,2.500\n", [[1.25, 2.5]]),
    ("three decimals, tab", "1.250\t2.500\n", [[1.25, 2.5]]),
    ("three decimals, ;", "1.250;0.500\n", [[1.25, 0.5]]),
    # signs and exponents
    ("minus sign", "−0.25,−3.5\n0.125,1.75\n", [[-0.25, -3.5], TWO[1]]),
    ("en dash", "–0,25;–3,5\n0,125;1,75\n", [[-0.25, -3.5], TWO[1]]),
    ("full-width minus", "－0.25,3.5\n", [[-0.25, 3.5]]),
    ("fortran", "  0.25D+00  0.35D+01\n  1.25d-01  1.75E0\n", TWO),
    ("dash in the exponent", "2.5e−1,3.5\n1.25e–1,1.75\n", TWO),
    ("bare points", ".25,3.5\n+.125,1.75\n", TWO),
    ("bare commas", ",25;3,5\n,125;1,75\n", TWO),
    ("invisible marks", "\u200e0.25,\ufeff3.5\n0.125\u200b,1.75\n", TWO),
    # delimiters
    ("sep=;", "sep=;\r\nu;v\r\n0,25;3,5\r\n0,125;1,75\r\n", TWO),
    ("sep=,", "\ufeffsep=,\r\n0.25,3.5\r\n0.125,1.75\r\n", TWO),
    ("quoted sep", '"sep=|"\n0.25|3.5\n0.125|1.75\n', TWO),
    ("trailing tabs", "u\tv\t\n0.25\t3.5\t\n0.125\t1.75\t\n", TWO),
    ("trailing in some lines", "0.25,3.5,\n0.125,1.75\n", TWO),
    ("many trailing", "u;v;;;\n0,25;3,5;;;\n0,125;1,75;;;\n", TWO),
    ("an empty first column", ";0,25;3,5\n;0,125;1,75\n", TWO),
    ("decimal commas between blanks", "0,25 3,5\n0,125 1,75\n", TWO),
    ("blanks and tabs", " 0.25 \t 3.5\n0.125   1.75 \n", TWO),
    # quotes
    ("quoted decimals", '"u","v"\n"0,25","3,5"\n"0,125","1,75"\n', TWO),
    ("delimiter in a heading", '"u, left","v, right"\n0.25,3.5\n0.125,1.75\n', TWO),
    ("line break in a heading", '"u\r\n(mm)","v\r\n(mm)"\r\n0.25,3.5\r\n0.125,1.75\r\n', TWO),
    ("doubled quotes", '"the ""u""","v"\n0.25,3.5\n0.125,1.75\n', TWO),
    ("an inch", 'tube 5",v\n0.25,3.5\n0.125,1.75\n', TWO),
    # headings
    ("pandas' numbers", "0,1\n0.25,3.5\n0.125,1.75\n", TWO),
    ("pandas' numbers, index", ",0,1\n0,0.25,3.5\n1,0.125,1.75\n", TWO),
    ("pandas' index", ",u,v\n0,0.25,3.5\n1,0.125,1.75\n", TWO),
    ("pandas' index, saved twice", "Unnamed: 0,u,v\n7,0.25,3.5\n3,0.125,1.75\n", TWO),
    ("pandas' index of words", ",u,v\nmon,0.25,3.5\ntue,0.125,1.75\n", TWO),
    ("R's row names", '"u" "v"\n"1" 0.25 3.5\n"2" 0.125 1.75\n', TWO),
    ("R's row names, csv", '"","u","v"\n"1",0.25,3.5\n"2",0.125,1.75\n', TWO),
    ("units below", "length,force\nmm,kN\n0.25,3.5\n0.125,1.75\n", TWO),
    ("units in brackets", "U1;U2\n[V];[m/s²]\n0,25;3,5\n0,125;1,75\n", TWO),
    ("units beside", "U1 [V],U2 [V]\n0.25,3.5\n0.125,1.75\n", TWO),
    ("words beside", "u,v,kind\n0.25,3.5,a\n0.125,1.75,b\n", TWO),
    ("an empty named column", "u,v,note\n0.25,3.5,\n0.125,1.75,\n", TWO),
    ("a whole point 0, 1", "0,1\n2,3\n", [[0, 1], [2, 3]]),
    ("a point 0, 1 among decimals", "0,1\n0.25,3.5\n1,0.5\n", [[0, 1], [0.25, 3.5], [1, 0.5]]),
    # comments and lines
    ("a heading behind #", "# u v\n0.25 3.5\n0.125 1.75\n", TWO),
    ("a heading behind #, close", "#u,v\n0.25,3.5\n0.125,1.75\n", TWO),
    ("a row behind #", "0.25,3.5\n#9,9\n0.125,1.75  # good\n", TWO),
    ("a drawn line", "########\n## u v 3\n0.25,3.5\n0.125,1.75\n", TWO),
    ("blank lines, old Mac", "\r\r0.25,3.5\r\r0.125,1.75\r\r", TWO),
    ("rows of delimiters", "0.25,3.5\n,\n0.125,1.75\n,,\n", TWO),
]

REFUSED: list[tuple[str, str, str]] = [
    ("two readings, tab", "2,375\t4,125\n", "line 1, column 1: “2,375” can mean 2375 and 2.375"),
    ("two readings, point", "x;y\n2.375;4\n", "line 2, column 1: “2.375” can mean 2375 and 2.375"),
    ("two readings, quoted", '"2,375","4,125"\n', "“2,375” can mean 2375 and 2.375"),
    ("no reading", "0,5;1\n2;0.5\n", "line 2, column 2: “0.5” and “0,5” above do not have"),
    ("one number or two", "4 321,0.5\n", "line 1, column 1: “4 321” can mean one number or two"),
    ("a bar's own frame", "|u|v|\n|---|---|\n|1|2|\n", "line 2, column 2: a number is missing"),
    ("percent", "a;b\n7,5 %;2\n", "“7,5 %” is not a number; units belong in the heading"),
    ("percent first", "30%,2\n5,4\n", "line 1, column 1: “30%” is not a number; units"),
    ("typographic quotes first", "„5“;„6“\n7;8\n", "line 1, column 1: “„5“” is not a number"),
    ("fractions first", "½,¼\n3,4\n", "line 1, column 1: “½” is not a number"),
    ("missing first, pandas", "<NA>,<NA>\n3,4\n", "line 1, column 1: a number is missing"),
    ("missing first, database", "\\N\t\\N\n3\t4\n", "line 1, column 1: a number is missing"),
    ("missing first, n.d.", "n.d.;n.d.\n3;4\n", "line 1, column 1: a number is missing"),
    ("a title", "Run 7 of May\nu,v\n3,4\n", "line 1: 1 column where line 2 has 2; a title or"),
    ("a title, delimited", "% made by me,,\nu,v,w\n3,4,5\n", "line 1: 1 column where line 2 has 3"),
    ("error first", "0.5,1\n#N/A,2\n", "line 2, column 1: “#N/A” is a spreadsheet's error"),
    ("error first, ;", "#DIV/0!;2\n1;2\n", "line 1, column 1: “#DIV/0!” is"),
    ("error first, tab", "1\t2\n#BEZUG!\t2\n", "line 2, column 1: “#BEZUG!” is"),
    ("error first, blanks", "1 2\n#WERT! 2\n", "line 2, column 1: “#WERT!” is"),
    ("error last", "1 2\n3 #REF!\n", "line 2, column 2: “#REF!” is"),
    ("error, spanish", "1;2\n#¡VALOR!;2\n", "line 2, column 1: “#¡VALOR!” is"),
    ("error, not known", "1,2\n#KETTE,3\n", "line 2, column 1: “#KETTE” is not a number"),
    ("error alone", "1,2\n#NAME?\n", "line 2: 1 column where 2 are needed"),
    ("errors in the first row", "#N/A,#N/A\n1,2\n", "line 1, column 1: “#N/A” is"),
    ("too narrow", "####;2\n1;2\n", "line 1, column 1: “####” is"),
    ("libreoffice", "1,2\n3,Err:502\n", "line 2, column 2: “Err:502” is"),
    ("missing first", "n/a;null\n1;2\n", "line 1, column 1: a number is missing (“n/a”)"),
    ("missing", "u,v\n1,\n3,4\n", "line 2, column 2: a number is missing"),
    ("nan", "1,NaN\n", "line 1, column 2: nan is not a finite number"),
    ("infinite", "1,2\n∞,2\n", "line 2, column 1: inf is not a finite number"),
    ("a unit", "0.7 kg,1.5 kg\n1,2\n", "line 1, column 1: “0.7 kg” is not a number"),
    ("per cent", "u,v\n5 %,1\n", "line 2, column 1: “5 %” is not a number"),
    ("money", "$5,1\n", "line 1, column 1: “$5” is not a number"),
    ("a range", "1–2,5\n", "line 1, column 1: “1–2” is not a number"),
    ("a date", "1.5.2024;7\n2.5.2024;8\n", "line 1, column 1: “1.5.2024” is not a number"),
    ("wrong groups", "1,23,456;7.5\n", "line 1, column 1: “1,23,456” is not a number"),
    ("mixed groups", "1 234'567;7\n", "line 1, column 1: “1 234'567” is not a number"),
    ("python's groups", "1_250;7\n", "line 1, column 1: “1_250” is not a number"),
    ("unquoted thousands", "1,250,2.5\n3,400,1.5\n", "3 columns where 2 are needed"),
    ("three columns", "u,v,w\n1,2,3\n", "3 columns where 2 are needed (u, v, w); say which"),
    ("no units", "u,v\nleft,right\n1,2\n", "line 2, column 1: “left” is not a number"),
    ("a row too short", "u,v,w\n1,2\n", "line 2: 2 columns where 3 are needed"),
    ("a row too long", "u,v\n1,2\n1,2,3\n", "line 3: 3 columns where 2 are needed"),
    ("lines are counted in quotes", '"a\n\n","b"\n1,2\n3,oops\n', "line 5, column 2: “oops”"),
    ("an open quote", '1,2\n"3,4\n5,6\n', "line 2"),
]  # fmt: skip


def taken(folder: Path, text: str) -> list[list[float]]:
    path = folder / "points.csv"
    path.write_bytes(text.encode())
    return read_points(path).tolist()


@pytest.mark.parametrize(("text", "wanted"), [r[1:] for r in READ], ids=[r[0] for r in READ])
def test_what_has_one_meaning_is_read(text: str, wanted: list[list[float]], tmp_path: Path) -> None:
    assert taken(tmp_path, text) == wanted


@pytest.mark.parametrize(("text", "why"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_has_two_or_none_is_refused(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        taken(tmp_path, text)
    assert why in str(caught.value).removeprefix(f"{tmp_path}/points.csv")


def test_names_units_and_what_was_understood(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Länge;Kraft\nmm;kN\n0,1;2\n0,3;4\n", "utf-8")
    table = read_table(path)
    assert [(c.name, c.unit) for c in table.columns] == [("Länge", "mm"), ("Kraft", "kN")]
    assert (table.headings, table.count, table.notes) == (2, 2, ("decimal commas",))
    path.write_text("0,1\n0.5,1.5\n")
    assert read_table(path).notes == ("0, 1 in line 1 are its column numbers",)
    path.write_text(",a,b\n0,0.5,1.5\n")
    assert read_table(path).notes == ("its first column numbers the rows",)


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [("w,u", [[3, 1]]), ("3,1", [[3, 1]]), ("y2=u, y1=v", [[2, 1]]), ('"u","a, b"', [[1, 4]])],
)
def test_columns_by_name_and_by_number(
    columns: str, wanted: list[list[float]], tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_text('u,v,w,"a, b"\n1,2,3,4\n')
    assert read_points(path, columns).tolist() == wanted


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("u", "2 columns are needed"),
        ("u,q", "no column “q”; available: u, v, v"),
        ("u,v", "2 columns are called “v”; name them by their numbers, 2 and 3"),
        ("u,3,1", "say what “1” is"),
        ("u,q=3", "no column “q=3”"),
        ("y1=u,y1=3", "y1 is given twice"),
    ],
)
def test_columns_that_are_not_there(columns: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("u,v,v\n1,2,3\n")
    with pytest.raises(UserError, match=why.replace("?", r"\?")):
        read_points(path, columns)


def test_what_was_read_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for text, line in (
        ("a;b\nmm;kN\n0,1;2\n", "1 point, columns a [mm], b [kN]; 2 headings; decimal commas"),
        ("1,2\n3,4\n", "2 points, columns 1, 2; no heading"),
        ("a,b,c\n1,2,u\n", "1 point, columns a, b of 3; 1 heading"),
        ("a\u202eb,c\n1,2\n", "1 point, columns a\\u202eb, c; 1 heading"),
    ):
        path.write_text(text, "utf-8")
        table = read_table(path)
        assert said(table, roles(table)) == line


# what is written comes back ----------------------------------------------------------------

_LOCALES = [(".", ","), (",", "."), (",", "\u202f"), (".", "'"), (".", ""), (",", ""), (",", " ")]
FINITE = st.floats(-1e12, 1e12, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-300)


def written(value: float, decimal: str, group: str, places: int | None) -> str:
    text = repr(value) if places is None else f"{value:,.{places}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", group)


@settings(derandomize=True, deadline=None, max_examples=300, database=None)
@given(
    st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=6),
    st.sampled_from(_LOCALES),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([None, 0, 2, 3, 6]),
    st.booleans(),
)
def test_numbers_of_any_locale_come_back_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[float, float]],
    locale: tuple[str, str],
    delimiter: str,
    places: int | None,
    headed: bool,
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    if headed:
        writer.writerow(["u", "v"])
    cells = [[written(v, *locale, places) for v in row] for row in rows]
    writer.writerows(cells)
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    try:
        found = read_points(path).tolist()
    except UserError as error:
        assert "can mean" in str(error) or "do not have the same" in str(error)
        return
    digits = [
        [float(c.replace(locale[1], "").replace(locale[0], ".") if locale[1] else
               c.replace(locale[0], ".")) for c in row]
        for row in cells
    ]  # fmt: skip
    assert found == digits


@settings(derandomize=True, deadline=None, max_examples=200, database=None)
@given(FINITE)
def test_the_shortest_form_of_a_number_comes_back_to_the_bit(value: float) -> None:
    for text in (repr(value), f"{value:.17g}", f"{value:.17e}", repr(value).replace("e", "D")):
        assert number(text) == value
        assert number(text.replace(".", ","), ",") == value
    assert np.signbit(number("-0.0"))
    assert np.signbit(number("–0"))
