"""What the reader gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing noticed in one message.

    `text[start:end] == evidence` always holds, in characters of the message as it was
    given. `score` is between 0 and 1. `boilerplate` is None when the reader was given no
    store, else whether the words are copied rather than written. `rule` is the stable id
    of the rule that found it.
    """

    label: str
    start: int
    end: int
    score: float
    evidence: str
    boilerplate: bool | None
    rule: str


class Marks(list[Mark]):
    """The marks of one message, in order of appearance.

    `read` tells "read, and nothing found" from "not read"; `reason` says why a message
    was not read: "language" (not one we know) or "author" (neither agent nor customer).
    It is empty when the message was read.
    """

    __slots__ = ("reason",)

    def __init__(self, marks: list[Mark] | tuple[Mark, ...] = (), *, reason: str = "") -> None:
        super().__init__(marks)
        self.reason = reason

    @property
    def read(self) -> bool:
        """Whether the message was read at all."""
        return not self.reason
