"""What somebody wrote themselves, apart from what their mail program quoted. Pure.

First what holds in every language: the line that names an address of the conversation and ends the reply, lines marked
with >, and text that we hold already because it is the mail being answered. Only then mail-parser-reply, which knows the words of a dozen
languages. What was cut is still in the raw delivery.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from mailparser_reply import EmailReplyParser

ADDRESS: Final = "address"
HELD: Final = "held"
MARKS: Final = "marks"
PARSER: Final = "parser"

PARSED_MAX: Final = 50_000
LINE_MAX: Final = 2_000
"""The parser's patterns look at a line again and again: a longer one is none that a person wrote."""

_FIELD = re.compile(r"^[>*_\s]*[^\W\d_][\w .’'-]{0,24}\s?[:：]\*?\s")
_RULE = re.compile(r"^\s*(?:[-_=*]{3,}.*[-_=*]{3,}|[-_=*]{8,})\s*$")
_WORD = re.compile(r"\w+")
_BLOCK_WORDS = 12
_BLOCK_LETTERS = 80
"""So many words or letters in a row that stand in the mail before are a quote; fewer may be said again by chance."""


def own_words(text: str, *, before: str = "", addresses: Collection[str] = ()) -> tuple[str, str]:
    """What was written anew, and which ways found the rest ("address held parser", or "").

    `before`: the text of the mail that is answered. `addresses`: ours and that mail's sender's, in lower case; one that
    begins with @ stands for its whole domain.
    """
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    ways = []
    cut = _cut_at_address(lines, _words(before), addresses)
    if cut != lines:
        ways.append(ADDRESS)
    marked = _without_marked(cut)
    if marked != cut:
        ways.append(MARKS)
    kept = _without_held(marked, _words(before))
    if kept != marked:
        ways.append(HELD)
    own = _parsed(kept)
    if _bare(own) != _bare(kept):
        ways.append(PARSER)
    joined = "\n".join(line.rstrip() for line in own)
    return re.sub(r"\n{3,}", "\n\n", joined).strip(), " ".join(ways)


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _bare(lines: list[str]) -> str:
    return "".join("".join(lines).split())


def _names(line: str, addresses: Collection[str]) -> str:
    """The address in this line that is one of them, or ""."""
    low = line.casefold()
    for one in addresses:
        if one in low:
            at = low.find(one)
            start = max(low.rfind(mark, 0, at) for mark in " <[(:\"'") + 1
            return low[start : at + len(one)]
    return ""


def _cut_at_address(lines: list[str], held: str, addresses: Collection[str]) -> list[str]:
    for at, line in enumerate(lines):
        address = _names(line, addresses)
        if not address or line.lstrip().startswith(">"):
            continue
        if (start := _block(lines, at)) is not None:
            return lines[:start]
        if (span := _attribution(lines, at, address, held)) is not None:
            start, end, quoted = span
            # Below marked lines somebody may have answered: those go by their marks, and the answer stays.
            return lines[:start] + (lines[end:] if quoted else [])
    return lines


def _block(lines: list[str], at: int) -> int | None:
    """Where a block of headers begins ("From: … Sent: … To: …"), if the line stands in one."""
    if not _FIELD.match(lines[at]):
        return None
    start = at
    while start and _FIELD.match(lines[start - 1]):
        start -= 1
    end = at
    while end + 1 < len(lines) and _FIELD.match(lines[end + 1]):
        end += 1
    if end - start < 2:
        return None
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above and _RULE.match(lines[above - 1]) else start


def _attribution(
    lines: list[str], at: int, address: str, held: str
) -> tuple[int, int, bool] | None:
    """(start, end, whether marked lines follow) of "On …, Ines <…> wrote:", in whatever language."""
    end = at + 1
    if not lines[at].rstrip().endswith((":", "：")):
        follows = lines[end].rstrip() if end < len(lines) else ""
        if not follows.endswith((":", "：")) or len(follows) > 40:
            return None
        end += 1
    start = at
    while (
        start
        and at - start < 2
        and lines[start - 1].strip()
        and not any(c.isdigit() for c in "".join(lines[start : at + 1]).replace(address, ""))
    ):
        start -= 1
    said = "".join(lines[start:end]).casefold().replace(address, "")
    rest = [line for line in lines[end:] if line.strip()]
    quoted = bool(rest) and rest[0].lstrip().startswith(">")
    known = bool(rest) and len(_WORD.findall(rest[0])) > 2 and _words(rest[0]) in held
    if quoted or known or not rest or any(letter.isdigit() for letter in said):
        return start, end, quoted
    return None


def _without_marked(lines: list[str]) -> list[str]:
    """The lines without those marked with >, and without the dated line above the first of them."""
    marked = [at for at, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not marked:
        return lines
    above = marked[0] - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    gone = set(marked)
    said = lines[above].rstrip() if above >= 0 else ""
    if said.endswith((":", "：")) and any(letter.isdigit() for letter in said):
        gone.add(above)
    return [line for at, line in enumerate(lines) if at not in gone]


def _without_held(lines: list[str], held: str) -> list[str]:
    """The lines without the runs that stand in the mail before, however they were wrapped or marked."""
    if held.isspace():
        return lines
    words = [_words(line) for line in lines]
    enough = min(_BLOCK_WORDS, max(4, len(held.split()) * 3 // 5))
    kept: list[str] = []
    at = 0
    while at < len(lines):
        end, run = _run(words, at, held)
        if len(run.split()) >= enough or len(run) >= _BLOCK_LETTERS:
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _run(words: list[str], at: int, held: str) -> tuple[int, str]:
    """The longest run of lines from `at` on that stands in `held` word for word: where it ends, and its words."""
    run, place, end = words[at], 0, at
    while run.strip():
        place = held.find(run, place)
        if place < 0:
            break
        end += 1
        while end < len(words) and not words[end].strip():
            end += 1
        if end == len(words):
            return end, run
        before, run = run, run + words[end][1:]
        if held.find(run, place) < 0:
            return end, before
    return (end, run) if end > at else (at + 1, "")


_PARSER = EmailReplyParser(
    languages=["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
)


def _parsed(lines: list[str]) -> list[str]:
    if any(len(line) > LINE_MAX for line in lines):
        return lines
    text = "\n".join(lines)
    if len(text) > PARSED_MAX or not text.strip():
        return lines
    replies = _PARSER.read(text).replies
    if not replies:
        return lines
    first: str = replies[0].full_body
    return first.split("\n")
