"""The reader of conversations: text in, labels with character spans out.

    from neoncard.notice.engine import Boilerplate, Reader

    store = Boilerplate.count(rows)
    for marks in Reader(boilerplate=store).read(rows):
        ...

A library: no Django, no database. The product, the command line and a cluster call the
same function. What is marked is words and acts, never a state of mind (P1).
"""

from .boilerplate import Boilerplate
from .configuration import configuration
from .mark import Mark, Marks
from .reader import Reader
from .ruleset import LABELS, Label, labels_in

__all__ = [
    "LABELS",
    "Boilerplate",
    "Label",
    "Mark",
    "Marks",
    "Reader",
    "configuration",
    "labels_in",
]
