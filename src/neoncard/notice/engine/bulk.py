"""Reading many messages at once: the same marks as one by one, without Python for each.

All rows of a batch are folded and scanned by compiled kernels (`folding.py`, `scan.py`); what is
said more than once is read once. Python sees only the hits that a guard may object to, the rows
that name somebody, and those the kernels leave to it. No mark depends on what else is in a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from . import folding, masks, scan
from .alphabet import bytes_of
from .boilerplate import NEAR, Boilerplate, names_of
from .columns import (
    MARK,
    REASONS,
    Batch,
    Found,
    Groups,
    Row,
    about_heads,
    about_rules,
    batch_of,
    groups,
    label_names,
    rule_ids,
)
from .finder import PADDING, memory_of
from .guards import View, excused
from .heads import shipped
from .hits import MOST, WINDOW, named, prev_of, stands
from .language import ENGLISH_IS, LANGUAGES, UNKNOWN, UNREAD, spoken
from .machine import stack
from .mark import Mark, Marks
from .names import name_of
from .plan import Plan, plan
from .ruleset import ROLES
from .settle import contains, covers, in_place, reaching, settled, unfolded

if TYPE_CHECKING:
    from .reader import Reader


class Bulk:
    """Reads batches for a `Reader`; its memory for the kernels is one thread's."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._frames = stack()
        self._heads = shipped.mine()
        self._known: tuple[int, Any] | None = None

    def read(self, batch: Batch) -> Found:
        """The marks of a batch."""
        same = groups(batch)
        once = batch.take(same.firsts)
        folded = Folded(once)
        reasons, by_hand, languages = _reasons(once, folded)
        wanted = (reasons == 0) & (once.stops > once.starts) & ~by_hand
        hard = by_hand.astype(np.uint8)
        parts = [(np.empty(0, MARK), np.empty(0, np.int32))]
        for number in range(len(ROLES)):
            for language in range(len(LANGUAGES)):
                rows = np.flatnonzero(wanted & (once.roles == number) & (languages == language))
                if len(rows):
                    parts.append(self._scanned(once, folded, number, language, rows, hard))
        marks, hangs = (np.concatenate(part) for part in zip(*parts, strict=True))
        same, came, marks = self._parted(batch, same, marks, hangs, languages)
        once = batch.take(same.firsts)
        reasons, hard, flags = reasons[came], hard[came], folded.flags[came]
        languages = languages[came]
        marks = _settled(marks, len(came))
        moved = np.flatnonzero(flags[marks["row"]] & folding.MOVED)
        if len(moved):
            unfolded(
                once.data, once.starts, once.stops, folding.tables()[2],
                marks["row"], marks["start"], marks["end"], moved,
            )  # fmt: skip
        short = (languages == ENGLISH_IS) & (reasons == 0) & (folded.lengths[came] <= WINDOW)
        scores, asked = self._scores(once, short)
        marks = self._settled_by_heads(once, scores, asked[hard[asked] == 0], marks)
        self._copied(once, marks)
        marks = same.spread(marks)
        reasons, hard, languages = (some[same.which] for some in (reasons, hard, languages))
        hands = self._by_hand(batch, np.flatnonzero(hard), reasons, languages, scores, same.which)
        if len(hands):
            marks = np.concatenate([marks, hands])
            marks = marks[np.argsort(marks["row"], kind="stable")]
        return Found(marks, reasons, languages)

    def marks(self, rows: Sequence[Row]) -> Iterator[Marks]:
        """The marks of each row, as objects."""
        found = self.read(batch_of(rows))
        ends = np.searchsorted(found.marks["row"], np.arange(len(rows)), side="right").tolist()
        marks = found.marks.tolist()
        names, idents = label_names(), rule_ids()
        begin = 0
        about = zip(found.reasons.tolist(), found.languages.tolist(), strict=True)
        for row, last, (reason, language) in zip(rows, ends, about, strict=True):
            text = row.get("text")
            some = [
                Mark(
                    names[label],
                    start,
                    end,
                    score,
                    text[start:end] if isinstance(text, str) else "",
                    None if copied < 0 else copied == 1,
                    idents[rule],
                )
                for _, label, start, end, score, copied, rule in marks[begin:last]
            ]
            yield Marks(some, reason=REASONS[reason], language=(*LANGUAGES, "")[language])
            begin = last

    def _scanned(
        self, batch: Batch, folded: Folded, number: int, language: int, rows: Any, hard: Any
    ) -> tuple[Any, Any]:
        """Marks of some rows of a role and language before overlaps are settled, in folded places; and for
        each the number of its rule, if that hangs on what was said before, else -1.
        """
        role, spoken_in = ROLES[number], LANGUAGES[language]
        prepared = plan(role, spoken_in)
        hits = self._hits(prepared, folded, rows, hard)
        hits = hits[self._asked(batch, prepared, hits)]
        about = about_rules(role, spoken_in)
        marks = about[hits[:, 1]]
        marks["row"], marks["start"], marks["end"] = hits[:, 0], hits[:, 2], hits[:, 3]
        found = self._named(batch, folded, number, spoken_in, rows[hard[rows] == 0])
        marks = np.concatenate([marks, found])
        hangs = np.full(len(marks), -1, np.int32)
        hangs[: len(hits)] = np.where(hits[:, 4] == scan.HANGS, hits[:, 1], -1)
        return marks, hangs

    def _hits(self, prepared: Plan, folded: Folded, rows: Any, hard: Any) -> Any:
        """The hits in some rows of a role that do not fall, in order of row; (n, 5) as in `scan`."""
        low, places = folded.low, folded.places
        program = (*prepared.program, self._frames)
        memory = memory_of(prepared.tries)

        def found(pairs: Any, done: int, count: int) -> tuple[int, int]:
            return scan.find(*prepared.tries, low, places, rows, done, memory, pairs, count)

        pairs = _grown(found, len(rows), (len(rows) + 4 * len(prepared.rules), 3))
        pairs = scan.in_order(pairs, 0, len(prepared.rules))
        words, starts, keys = folded.words(pairs)
        times = np.zeros(len(hard), np.int32)

        def matched(hits: Any, done: int, count: int) -> tuple[int, int]:
            return scan.match(
                *program, prepared.entries, prepared.openings, low, places, pairs, done, words, starts, keys, times, hard, hits, count,
            )  # fmt: skip

        hits = _grown(matched, len(pairs), (len(rows) // 2 + 4 * scan.MOST, 5))
        hits = hits[hard[hits[:, 0]] == 0]
        bits = np.zeros((int((times > 0).sum()), len(prepared.triggers) // 8 + 1), np.uint8)
        where = np.zeros(len(hard), np.int32)
        memory = memory_of(prepared.doubts)
        scan.possible_of(*prepared.doubts, low, places, times, memory, where, bits)
        asked = (prepared.first, prepared.asked, prepared.triggers, prepared.sentence)
        scan.settle(*program, *asked, *folded.came, low, places, where, bits, hits)
        hits = hits[hits[:, 4] != scan.FALLS]
        return scan.in_order(hits, 0, len(hard))

    def _asked(self, batch: Batch, prepared: Plan, hits: Any) -> Any:
        """Which hits stand, as bool, after the guards were asked of those in doubt."""
        keep = (hits[:, 4] == scan.STANDS) | (hits[:, 4] == scan.HANGS)
        view, last = None, -1
        for place in np.flatnonzero(~keep).tolist():
            row, rule, start, end, _ = hits[place].tolist()
            if row != last or view is None:
                view, last = _view(batch.row(row)), row
            keep[place] = stands(prepared.rules[rule], view, start, end)
        return keep

    def _parted(
        self, batch: Batch, same: Groups, marks: Any, hangs: Any, languages: Any
    ) -> tuple[Groups, Any, Any]:
        """Groups parted where a mark hangs on what was said before: by whether that excuses itself.

        Gives them, of each the group it came from, and the marks that stand. Where nobody was
        excused before, both guards that ask for it object.
        """
        waits = np.zeros(len(same.firsts), np.bool_)
        waits[marks["row"][hangs >= 0]] = True
        which, firsts = same.which.copy(), same.firsts.tolist()
        parts: dict[int, int] = {}
        for row in np.flatnonzero(waits[which]).tolist() if waits.any() else ():
            if excused(prev_of(batch.row(row))):
                group = int(which[row])
                which[row] = parts.setdefault(group, len(firsts))
                firsts += [row] * (len(parts) + len(same.firsts) - len(firsts))
        copied = np.flatnonzero(np.isin(marks["row"], list(parts)))
        came = np.concatenate([np.arange(len(same.firsts)), np.array(list(parts), np.int64)])
        added = marks[copied]
        added["row"] = [parts[group] for group in added["row"].tolist()]
        keep = hangs[copied] < 0
        for place in np.flatnonzero(~keep).tolist():
            row, start, end = (int(added[name][place]) for name in ("row", "start", "end"))
            prepared = plan(ROLES[batch.roles[firsts[row]]], LANGUAGES[languages[came[row]]])
            rule = prepared.rules[hangs[copied[place]]]
            keep[place] = stands(rule, _view(batch.row(firsts[row])), start, end)
        marks = np.concatenate([marks[hangs < 0], added[keep]])
        return Groups(np.array(firsts, np.int64), which), came, marks

    def _named(self, batch: Batch, folded: Folded, number: int, language: str, rows: Any) -> Any:
        """What the rule made from names finds, as marks in folded places."""
        codes = batch.names[number]
        rule = plan(ROLES[number], language).named
        if rule is None:
            return np.empty(0, MARK)
        about = about_rules(ROLES[number], language)[-1]
        found = []
        for row in _mentioning(batch, folded, rows[codes[rows] >= 0], codes):
            asked = batch.row(row)
            for hit in named(asked, _view(asked), ROLES[number], rule):
                mark = about.copy()
                mark["row"], mark["score"], mark["start"], mark["end"] = row, *hit[:3]
                found.append(mark)
        return np.array(found, MARK)

    def _scores(self, once: Batch, wanted: Any) -> tuple[Any, Any]:
        """What the heads say of each row, float32 (rows, labels); and the rows they were asked about."""
        asked = np.flatnonzero(wanted & (once.roles < len(ROLES)))
        return self._heads.score_some(once.data, once.starts, once.stops, once.roles, asked), asked

    def _settled_by_heads(self, once: Batch, scores: Any, asked: Any, marks: Any) -> Any:
        """`shipped.settled_by`, of marks in places of the messages."""
        about = about_heads(self._heads.labels)
        said = scores[marks["row"], about.column[marks["label"]]]
        marks = marks[~(said < about.veto[marks["label"]])]  # nan, where not asked, is not
        rows, columns = reaching(
            scores, asked, about.add, about.against, marks["row"], marks["label"]
        )
        added = about.mark[columns]
        added["row"], added["score"] = rows, scores[rows, columns]
        spans = self._heads.evidence_spans(once.data, once.starts[rows], once.stops[rows], columns)
        added["start"], added["end"] = spans.T
        marks = np.concatenate([marks, added])
        places = marks["row"], marks["label"], marks["start"], marks["end"]
        return marks[in_place(*places, len(once.roles))]

    def _copied(self, batch: Batch, marks: Any) -> None:
        """Say of each mark, in places of the message, whether its words are boilerplate."""
        store = self.reader.boilerplate
        if store is None:
            return
        marks["copied"] = 0
        mine = np.flatnonzero(batch.roles[marks["row"]] == 0)
        rows = np.unique(marks["row"][mine]).astype(np.int64)
        found = masks.Pieces(batch, rows)
        known = masks.known(found.keys, self._many(store), NEAR)
        covers(found.spans, known, marks["row"], marks["start"], mine, marks["copied"])
        for row in found.by_hand.tolist():
            places = mine[marks["row"][mine] == row]
            asked = batch.row(row)
            starts = marks["start"][places].tolist()
            marks["copied"][places] = store.copied(asked["text"], names_of(asked), starts)

    def _many(self, store: Boilerplate) -> Any:
        """The store's keys as the kernels look them up."""
        if self._known is None or self._known[0] != len(store):
            self._known = len(store), masks.table(store.many())
        return self._known[1]

    def _by_hand(
        self, batch: Batch, rows: Any, reasons: Any, languages: Any, scores: Any, which: Any
    ) -> Any:
        """The marks of rows that Python reads whole; it says why one was not read, and its language."""
        label = {name: number for number, name in enumerate(label_names())}
        ident = {name: number for number, name in enumerate(rule_ids())}
        found = []
        for row in rows.tolist():
            said = zip(self._heads.labels, scores[which[row]].tolist(), strict=True)
            known = {label: score for label, score in said if score == score}  # not nan
            marks = self.reader.read_one(batch.row(row), known or None)
            reasons[row] = REASONS.index(marks.reason)
            languages[row] = (*LANGUAGES, "").index(marks.language)
            found += [
                (row, label[m.label], m.start, m.end, m.score,
                 -1 if m.boilerplate is None else m.boilerplate, ident[m.rule])
                for m in marks
            ]  # fmt: skip
        return np.array(found, MARK)


class Folded:
    """The folded texts of a batch: `low[places[i]:places[i + 1]]`, PADDING behind, with `flags` of folding.py.

    `lengths`: the characters of each message as it came.
    """

    def __init__(self, batch: Batch) -> None:
        count = len(batch.roles)
        self.came = batch.data, batch.starts, batch.stops
        sizes = batch.stops - batch.starts
        self.low = np.empty(int(sizes.sum()) + PADDING, np.uint8)
        self.places = np.empty(count + 1, np.int64)
        self.flags = np.empty(count, np.uint8)
        self.lengths = np.empty(count, np.int64)
        scratch = np.empty(int(sizes.max(initial=0)) + 1, np.uint32)
        folding.fold_rows(
            batch.data, batch.starts, batch.stops, folding.tables(), folding.words(), scratch,
            self.low, self.places, self.flags, self.lengths,
        )  # fmt: skip

    def words(self, pairs: Any) -> tuple[Any, Any, Any]:
        """Where the words of each row in `pairs` begin in the list, where they begin in `low`, and how (openings.py)."""
        first = np.zeros((len(self.places) - 1, 2), np.int64)
        starts, keys = np.empty(len(self.low), np.int32), np.empty(len(self.low), np.uint16)
        scan.open_words(self.low, self.places, pairs, first, starts, keys)
        return first, starts, keys


def _grown(
    fill: Callable[[Any, int, int], tuple[int, int]], whole: int, shape: tuple[int, int]
) -> Any:
    """An int32 table that `fill` fills until it has done the whole, made larger as it needs."""
    table = np.empty(shape, np.int32)
    done = used = 0
    while True:
        done, used = fill(table, done, used)
        if done == whole:
            return table[:used]
        table = np.concatenate([table, np.empty_like(table)])


_SPOKEN: Final = np.array(
    [[spoken(tag, words) for words in range(UNKNOWN + 1)] for tag in range(UNREAD + 1)], np.uint8
)


def _reasons(batch: Batch, folded: Folded) -> tuple[Any, Any, Any]:
    """Why rows are not read; which are for Python alone: long, or of unknown characters; and every row's language."""
    reasons = np.zeros(len(batch.roles), np.uint8)
    reasons[batch.roles > 1] = REASONS.index("author")
    some = (reasons == 0) & (batch.stops > batch.starts)
    unsure = (folded.flags & folding.UNSURE) != 0
    by_hand = some & (batch.tags != UNREAD) & (unsure | (folded.lengths > WINDOW))
    languages = _SPOKEN[batch.tags, folded.flags >> folding.WORDS]
    reasons[some & ~by_hand & (languages == UNREAD)] = REASONS.index("language")
    languages[~some] = UNREAD
    return reasons, by_hand, languages


def _settled(marks: Any, many: int) -> Any:
    """One mark of a label at a place, in order, at most MOST a row; rows are below `many`."""
    places = marks["row"], marks["label"], marks["start"], marks["end"]
    return marks[settled(*places, marks["score"], marks["rule"], many, MOST)]


def _view(row: Row) -> View:
    return View(row["text"], prev_of(row))


def _mentioning(batch: Batch, folded: Folded, rows: Any, codes: Any) -> list[int]:
    """Of some rows those that hold a part of the name on them."""
    pieces = bytearray(b" ")
    spans = np.zeros((len(batch.people) + 1, 4), np.int64)
    for code in np.unique(codes[rows]).tolist():
        name = name_of(batch.people[code])
        spans[code] = -1
        for column, part in ((0, name.first), (2, name.last)) if name else ():
            spans[code, column] = len(pieces)
            pieces += bytes_of(part)
            spans[code, column + 1] = len(pieces)
    parts = np.frombuffer(bytes(pieces), np.uint8)
    holds = contains(folded.low, folded.places, rows, codes, spans, parts)
    return [int(row) for row in rows[holds]]
