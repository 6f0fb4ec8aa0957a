"""What the reader gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BY_HEAD: Final = "head."
"""What the `rule` of a mark begins with that no rule found but a head; its label follows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing noticed in one message.

    `text[start:end] == evidence` always holds, in characters of the message as it was
    given. `score` is between 0 and 1. `boilerplate` is None when the reader was given no
    store, else whether the words are copied rather than written. `rule` is the stable id
    of the rule that found it, or `BY_HEAD` and the label.
    """

    label: str
    start: int
    end: int
    score: float
    evidence: str
    boilerplate: bool | None
    rule: str

    @property
    def by_head(self) -> bool:
        """Whether a head marked it by itself."""
        return self.rule.startswith(BY_HEAD)


class Marks(list[Mark]):
    """The marks of one message, in order of appearance.

    `read` tells "read, and nothing found" from "not read"; `reason` says why a message
    was not read: "language" (not one we know) or "author" (neither agent nor customer).
    It is empty when the message was read. `language` is what it was read as ("en", "de",
    "es"; "" for none): in other languages than English only some labels are read
    (`labels_in`), and of the rest nothing is known.
    """

    __slots__ = ("language", "reason")

    def __init__(
        self, marks: list[Mark] | tuple[Mark, ...] = (), *, reason: str = "", language: str = ""
    ) -> None:
        super().__init__(marks)
        self.reason = reason
        self.language = language

    @property
    def read(self) -> bool:
        """Whether the message was read at all."""
        return not self.reason
