"""Conversations as they came in day by day, read by the product itself, and the acts suggested beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from neoncard import loop
from neoncard.demo.world import SOURCE, Event, Row, World, chance, jsonl
from neoncard.do import actions as do
from neoncard.do import queries as doing
from neoncard.do.drive import queries as drives
from neoncard.do.tables import Suggestion
from neoncard.encounters.rules import Conversation, Notes, conversation
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.notice import actions as notice
from neoncard.notice.engine import Reader
from neoncard.people.queries import Directory
from neoncard.people.tables import Member
from neoncard.thank import actions as thank


class Talks:
    """All conversations of the month; `told` are (giver, conversation) pairs that kindnesses.toml tells itself."""

    def __init__(self, world: World, told: set[tuple[str, str]]) -> None:
        self.world = world
        self.told = told
        self.rows = [_dated(world, row) for row in jsonl("conversations.jsonl")]
        self.directory = Directory(SOURCE)
        # The company wrote its macros long before these thirty days: the reader knows them from the first one.
        whole = [self._read(row, row["messages"], open_=False) for row in self.rows]
        self.reader = Reader(boilerplate=notice.count_macros(SOURCE, whole))

    def come_in(self, days_ago: int) -> list[Event]:
        """Take in a day's messages: what begins, with its first messages, then everything until the evening.

        Returns what its agents did with the suggestions beside them. Commits in slices, so not in a transaction.
        """
        begins, goes_on = [], []
        for row in self.rows:
            days = [self.world.days_ago(message["at"]) for message in row["messages"]]
            if days_ago in days:
                goes_on.append(row)
                if days[0] == days_ago:
                    begins.append(row)
        self._hear([self._begun(row) for row in begins])
        drawn = [(row, self._suggest(row)) for row in begins if "agent" in row]
        self._hear([self._until(row, days_ago) for row in goes_on])
        return [event for row, one in drawn if one for event in self._taken(row, one)]

    def _hear(self, coming: list[Conversation]) -> None:
        if not coming:
            return
        last = max(one.messages[-1].at for one in coming)
        with clock.at(last + timedelta(minutes=1)):
            loop.heard(
                coming, source=SOURCE, by="demo", reader=self.reader, directory=self.directory
            )

    def _read(self, row: Row, messages: list[Row], *, open_: bool) -> Conversation:
        found: dict[str, Any] = {**row, "messages": messages, "open": open_}
        found["tags"] = [tag for tag in row["tags"] if tag != "open"]
        found["messages"] = [{**one, "at": one["at"].isoformat()} for one in messages]
        if open_:
            found.pop("rating", None)
        now = messages[-1]["at"] + timedelta(minutes=1)
        return conversation(found, row=0, now=now, notes=Notes())

    def _begun(self, row: Row) -> Conversation:
        return self._read(row, row["messages"][: _answered(row) + 1], open_=True)

    def _until(self, row: Row, days_ago: int) -> Conversation:
        there = [one for one in row["messages"] if self.world.days_ago(one["at"]) >= days_ago]
        more = len(there) < len(row["messages"])
        return self._read(row, there, open_=more or "open" in row["tags"])

    def _suggest(self, row: Row) -> Suggestion | None:
        encounter = self.world.encounter(row["id"])
        if encounter.agent is None:
            return None
        with clock.at(row["messages"][_answered(row)]["at"] + timedelta(minutes=1)):
            suggestion = loop.suggest_for(encounter.agent, encounter)
            if suggestion:
                do.show(suggestion=suggestion)
            return suggestion

    def _taken(self, row: Row, suggestion: Suggestion) -> Iterator[Event]:
        """What the agent did with a suggestion, when the conversation was over: done, not now, or nothing at all."""
        at = row["messages"][-1]["at"] + timedelta(minutes=2)
        dice = chance("beside", row["id"])
        if "open" in row["tags"] or (row["agent"]["id"], row["id"]) in self.told:
            return
        if dice < 0.6:
            yield Event(at, partial(done, self.world, suggestion))
        elif dice < 0.8:
            yield Event(at, partial(do.not_now, suggestion=suggestion))

    def answer_links(self) -> Iterator[Event]:
        """A rating link goes out when a conversation is over."""
        for row in self.rows:
            if "agent" in row and "open" not in row["tags"]:
                at = row["messages"][-1]["at"] + timedelta(minutes=5)
                yield Event(at, partial(self._link, row))

    def _link(self, row: Row) -> None:
        thank.make_rating_link(encounter=self.world.encounter(row["id"]))

    def keep_noticed(self, before: datetime) -> None:
        """In the morning people look at what was noticed the days before: most is kept, some is let go."""
        rows = Kindness.objects.filter(state=Kindness.State.PROPOSED, received_at__lt=before)
        rows = rows.select_related("giver__member", "encounter__agent").prefetch_related(
            "receivers"
        )
        for row in rows.order_by("pk"):
            encounter = row.encounter
            if encounter is None:
                continue
            member = row.giver.member or encounter.agent
            if row.giver.member and (self._key(member), encounter.ext_id) in self.told:
                continue
            if chance("keep", encounter.ext_id, row.quote_label) < 0.75:
                kindnesses.keep(by=_someone(member), kindness=row)
            else:
                kindnesses.withdraw(by=_someone(member), kindness=row)

    def _key(self, member: Member | None) -> str:
        return next((key for key, one in self.world.members.items() if one == member), "")


def _someone(member: Member | None) -> Member:
    if member is None:
        raise LookupError("demo: a proposal belongs to somebody")
    return member


def _dated(world: World, row: Row) -> Row:
    messages = [
        {**message, "at": world.moment(*message["at"].split("T"))} for message in row["messages"]
    ]
    return {**row, "messages": messages}


def _answered(row: Row) -> int:
    """The place of the first answer by a person, or of the last message when there is none."""
    places = [n for n, one in enumerate(row["messages"]) if one["author"] == "agent"]
    return places[0] if places else len(row["messages"]) - 1


def done(world: World, suggestion: Suggestion) -> None:
    """The act or idea on top was done."""
    key = doing.face_key(suggestion)
    more = drives.extras(suggestion.member) if drives.is_extra(key) else ()
    face = doing.daily_face(key, more=more) or doing.faces([key], playbook=world.playbook).get(key)
    do.done(suggestion=suggestion, title=face.title if face else "")
