"""The report of a reading: one small page of HTML, without a script or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from neoncard.notice.archive.work import Summary
from neoncard.notice.engine import LABELS, labels_in

BAD_SHOWN: Final = 50
_NAMES: Final = {"en": "English", "de": "German", "es": "Spanish"}

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c1b22;background:#fff}
h1,h2,h3{line-height:1.2}table{border-collapse:collapse}th,td{text-align:left;padding:.3rem 1rem .3rem 0;
border-bottom:1px solid #d7d5e0;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
mark{background:#ffe58a;color:inherit;padding:0 .15em}.copied mark{background:#e3e1ea}small{color:#55535f}
li{margin:.35rem 0}
"""


def page(total: Summary, copied: int, counted: int, files: Sequence[Path]) -> str:
    """The page: counts by label, examples with their evidence marked, boilerplate, what was not read."""
    unread = sum(total.unread.values())
    parts = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>What was read</title><style>{_STYLE}</style>',
        "<h1>What was read</h1>",
        f"<p>{_number(total.messages)} messages in {_number(len(files))} files; "
        f"{_number(sum(total.labels.values()))} marks. A mark says what was written, never how somebody felt.</p>",
        _counts(total),
        "<h2>Boilerplate</h2>",
        _share(copied, counted),
        "<h2>Languages</h2>",
        *_languages(total),
        "<h2>Not read</h2>",
        f"<p>{_number(unread)} messages were not read: {_number(total.unread['language'])} are in a language we "
        f"can't read yet, {_number(total.unread['author'])} are by neither a customer nor an agent. They are not "
        f"zero, they are not known. {_number(total.lost)} rows could not be taken.</p>",
        _bad(total),
        "<h2>Examples</h2>",
        *(_examples(label, total) for label in LABELS if total.examples.get(label)),
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _number(value: int) -> str:
    return f"{value:,}"


def _counts(total: Summary) -> str:
    rows = [
        f"<tr><td>{escape(label)}<td>{escape(about.role)}<td class=n>{_number(total.labels[label])}"
        f"<td class=n>{_number(total.copied[label])}"
        for label, about in LABELS.items()
    ]
    return (
        "<h2>Marks</h2><table><tr><th>label<th>whose words<th class=n>marks<th class=n>of them boilerplate"
        + "".join(rows)
        + "</table>"
    )


def _languages(total: Summary) -> list[str]:
    """How many messages were read in which language, and which labels are not read there: they are not zero."""
    said = ", ".join(f"{_number(n)} in {_NAMES[code]}" for code, n in total.languages.items())
    parts = [f"<p>Read: {said or 'nothing'}.</p>"]
    for code in total.languages:
        known = labels_in(code)
        if missing := [label for label in LABELS if label not in known]:
            read = [label for label in LABELS if label in known]
            parts.append(
                f"<p>In {_NAMES[code]} these are read: {', '.join(read)}. The others are not known there, "
                f"not zero: {', '.join(missing)}.</p>"
            )
    return parts


def _share(copied: int, counted: int) -> str:
    if not counted:
        return "<p>Not known: no agent's message names its conversation.</p>"
    return (
        f"<p>{_number(copied)} of {_number(counted)} agents' messages ({copied / counted:.0%}) are copied as a "
        "whole: the same words, but for names and numbers, in 20 conversations or more.</p>"
    )


def _bad(total: Summary) -> str:
    if not total.bad:
        return ""
    rows = [
        f"<li>{escape(Path(path).name)}{f', row {row}' if row else ''}: {escape(why)}"
        for path, row, why in total.bad[:BAD_SHOWN]
    ]
    more = total.lost - len(rows)
    return "<ul>" + "".join(rows) + (f"<li>and {_number(more)} more" if more > 0 else "") + "</ul>"


def _examples(label: str, total: Summary) -> str:
    rows = [
        f"<li{' class=copied' if copied else ''}>{escape(before)}<mark>{escape(evidence)}</mark>{escape(after)}"
        f"{' <small>boilerplate</small>' if copied else ''}"
        for before, evidence, after, copied in total.examples[label]
    ]
    return f"<h3>{escape(label)}</h3><p><small>{escape(LABELS[label].definition)}</small><ul>{''.join(rows)}</ul>"
