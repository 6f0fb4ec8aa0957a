"""What is new in a conversation, told piece by piece and in any order: each field with the stamp of who said it last.

A whole conversation (an import) is merged by its messages' ids. News come singly, late, twice or never; so every field
of an encounter and every message remembers the stamp it was said with (`as_of`), and a lower stamp changes nothing. The
result is the same whatever the order. What was deleted stays deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from neoncard.encounters.rules import Rated, Said

GONE: Final = "gone"
"""In `as_of`: the ids of messages that were deleted elsewhere."""
ERASED: Final = "erased"
"""In `as_of`: the whole conversation was deleted elsewhere; it keeps no text from then on."""
FREED: Final = "freed"
"""In `as_of`: whoever had it was taken off it, so it is the last writer's again."""
SERVED: Final = "served"
ASSIGNEE: Final = "assignee"


@dataclass(slots=True)
class Person:
    """Somebody as another system names them. `person`: the pseudonym of their address (kit.signing.person)."""

    ext_id: str
    name: str = ""
    person: str = ""


@dataclass(slots=True)
class News:
    """What came in about one conversation. A stamp is a text that sorts; of two values the greater stamp's holds.

    `head`: field → (stamp, value), fields being channel, subject, tags, lang, url, is_open, opened (datetime), ended
    (datetime), customer, assignee, served (Person; an assignee may be None) and rating (Rated). `said`: message id →
    (stamp, Said). `gone`: ids of deleted messages. `whole`: a time, and the ids of all messages there were then: what
    we hold from before it that is not among them was deleted. `kind`: an `Encounter.Kind`. `staff`: those of us
    who are named.
    """

    ext_id: str
    kind: str = "conversation"
    head: dict[str, tuple[str, Any]] = field(default_factory=dict)
    said: dict[str, tuple[str, Said]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    staff: dict[str, Person] = field(default_factory=dict)
    erased: bool = False
    whole: tuple[datetime, frozenset[str]] | None = None
    first_at: datetime | None = None

    def tell(self, stamp: str, name: str, value: Any) -> None:
        """Say a field; a greater stamp for it that was said before stays."""
        if name not in self.head or self.head[name][0] <= stamp:
            self.head[name] = (stamp, value)

    def say(self, stamp: str, said: Said) -> None:
        """Say a message; a greater stamp for it that was said before stays."""
        if said.ext_id not in self.said or self.said[said.ext_id][0] <= stamp:
            self.said[said.ext_id] = (stamp, said)

    def people(self) -> set[str]:
        """The ids of those of us who are named."""
        found = {said.author_id for _stamp, said in self.said.values() if said.author != "customer"}
        for name in (ASSIGNEE, SERVED):
            if name in self.head and (person := self.head[name][1]):
                found.add(person.ext_id)
        return found - {""}

    def customer(self) -> Person | None:
        """The customer who is named, if one is."""
        person: Person | None = self.head["customer"][1] if "customer" in self.head else None
        return person if person and person.ext_id else None


def standing(news: News, as_of: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """The fields of `news` that hold against what was said before. An equal stamp holds: it says the same again."""
    return {
        name: (stamp, value)
        for name, (stamp, value) in news.head.items()
        if stamp >= str(as_of.get(name, ""))
    }


def next_as_of(
    news: News, as_of: Mapping[str, Any], held: Mapping[str, tuple[str, Any]]
) -> dict[str, Any]:
    """What to remember once the fields in `held` are written."""
    after = {**as_of, **{name: stamp for name, (stamp, _value) in held.items()}}
    if gone := sorted({*as_of.get(GONE, ()), *news.gone}):
        after[GONE] = gone
    if news.erased:
        after[ERASED] = True
    if ASSIGNEE in held:
        after.pop(FREED, None)
        if held[ASSIGNEE][1] is None:
            after[FREED] = True
    return after


def without_comment(rated: Rated) -> Rated:
    """A rating whose words are gone."""
    return Rated(rated.score, rated.best, "")
