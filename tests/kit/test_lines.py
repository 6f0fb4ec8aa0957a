import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard.kit.lines import _OTHERS, Broken, Line, TooLong, lines


def read(data: bytes, **more):
    return list(lines(io.BytesIO(data), **more))


class Dribble(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def read(self, size=-1):
        return super().read(min(size, 7) if size > 0 else size)


@given(st.binary(max_size=200).filter(lambda data: data[:2] != b"\x1f\x8b"))
def test_the_lines_are_those_of_the_bytes(data):
    found = {one.number: one.data for one in lines(Dribble(data)) if isinstance(one, Line)}
    wanted = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    kinds = [one for one in lines(Dribble(data)) if isinstance(one, Broken)]
    if not kinds:
        assert {n: line for n, line in found.items() if line.strip()} == {
            n: line for n, line in enumerate(wanted, 1) if line.strip()
        }


@given(st.binary(max_size=300), st.integers(0, 400))
def test_zipped_gives_the_same_and_cut_gives_what_stood_before(data, keep):
    whole = gzip.compress(data)
    if not data.startswith((*_OTHERS, b"\x1f\x8b")):
        assert read(whole) == read(data)
    cut = read(whole[:keep])
    if 2 <= keep < len(whole):
        assert isinstance(cut[-1], Broken)


def test_a_long_line_is_passed_over_and_counted():
    assert read(b"a\n" + b"x" * 100 + b"\nb", longest=50) == [
        Line(1, b"a"),
        TooLong(2, 50),
        Line(3, b"b"),
    ]


def test_two_archives_in_one_are_read_as_one():
    data = gzip.compress(b"a\nb") + gzip.compress(b"c\nd\n")
    assert [one.data for one in read(data)] == [b"a", b"bc", b"d"]


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"PK\x03\x04", "a zip archive"), (b"BZh91", "a bzip2 archive"), (b"PAR1", "a Parquet file")],
)
def test_another_sort_of_file_is_named(start, kind):
    assert read(start + b"\n{}") == [Broken(0, "kind", kind)]
