"""The other half of `actions`: news of conversations, that come singly and in any order (news.py).

Writes the same tables as `actions.upsert_batch`, with the same promise: commits in slices, and until `settle` is called
a crash leaves a conversation marked as not taken whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from neoncard.encounters import erasing, rules
from neoncard.encounters import news as merging
from neoncard.encounters.actions import CHANGED, NEW, OURS, UNCHANGED, Taken, key_of
from neoncard.encounters.news import ERASED, FREED, GONE, SERVED, News, Person
from neoncard.encounters.rules import Conversation, Rated, Said
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kit import clock
from neoncard.kit.fields import FUTURE
from neoncard.kit.slices import Pace
from neoncard.people.queries import Directory
from neoncard.people.tables import Member

_PLAIN = ("channel", "subject", "lang", "url", "is_open", "tags")
_FIELDS = (
    *("kind", "url", "channel", "subject", "tags", "lang", "is_open", "customer_id", "agent_id"),
    *("agent_name", "started_at", "last_at"),
)
_IS_OPEN = _FIELDS.index("is_open")
_WRITTEN = (
    *("kind", "url", "channel", "subject", "tags", "lang", "is_open", "customer", "agent"),
    *("agent_name", "started_at", "last_at", "digest", "as_of"),
)


@dataclass(slots=True)
class _Work:
    """One conversation on its way in: what holds of its news, and what that makes of its messages."""

    news: News
    taken: Taken
    held: dict[str, tuple[str, Any]]
    before: tuple[Any, ...]
    named: tuple[Any, ...] = ()
    new: list[Message] = field(default_factory=list)
    changed: list[Message] = field(default_factory=list)
    dead: list[int] = field(default_factory=list)
    rated: Rated | None = None


def take_news(
    *,
    source: str,
    news: Sequence[News],
    directory: Directory | None = None,
    pace: Pace | None = None,
) -> list[Taken]:
    """Take in news of conversations, each id at most once in it; what was said before with a greater stamp stays.

    The result does not depend on the order in which news come, nor on how often. What was erased (P5) or forgotten (P7)
    stays so, though the other side still tells of it. Raises IntegrityError when another
    process takes in the same conversation at the same moment: call again.
    """
    pace, directory, now = pace or Pace(), directory or Directory(source), clock.now()
    buried = erasing.erased(source, [one.ext_id for one in news])
    news = [one for one in news if one.ext_id not in buried]
    rows = Encounter.objects.filter(source=source, ext_id__in=[one.ext_id for one in news])
    stored = {row.ext_id: row for row in rows.select_related("customer")}
    members = directory.members({id_ for one in news for id_ in one.people()})
    customers = _customers(source, news, now, pace)
    work = [_begin(one, stored.get(one.ext_id), source, now) for one in news]
    known = {one.taken.encounter.pk: one for one in work if one.taken.encounter.pk}
    for row in Message.objects.filter(encounter__in=known) if known else ():
        known[row.encounter_id].taken.messages.append(row)
    for one in work:
        _say(one, source, members, now)
        _fill(one, members, customers)
        _judge(one)
    _write([one for one in work if one.taken.was != UNCHANGED], now, pace)
    return [one.taken for one in work]


def _begin(news: News, row: Encounter | None, source: str, now: datetime) -> _Work:
    light = Conversation(ext_id=news.ext_id, messages=())
    if row is None:
        row = Encounter(source=source, ext_id=news.ext_id, received_at=now, kind=news.kind)
        row.started_at = row.last_at = news.first_at or now
        row.digest = rules.unsettled("")
        taken = Taken(light, row, NEW)
    else:
        taken = Taken(light, row, CHANGED, again=row.digest.startswith(rules.UNSETTLED))
    before = (*(getattr(row, name) for name in _FIELDS), dict(row.as_of))
    return _Work(news, taken, merging.standing(news, row.as_of), before, _named(row))


def _named(row: Encounter) -> tuple[Any, ...]:
    """What reading a message depends on beside its text and the one before it."""
    return (row.customer.name if row.customer else "", row.agent_name, row.lang)


def _say(one: _Work, source: str, members: dict[str, Member], now: datetime) -> None:
    """Merge the messages: new ones, ones said anew, and ones that are gone."""
    taken, row = one.taken, one.taken.encounter
    if one.news.whole:
        until, there = one.news.whole
        there |= one.news.said.keys()
        one.news.gone |= {
            m.ext_id for m in taken.messages if m.at <= until and m.ext_id not in there
        }
    gone = {*row.as_of.get(GONE, ()), *one.news.gone}
    erased = one.news.erased or bool(row.as_of.get(ERASED))
    stored = {message.ext_id: message for message in taken.messages}
    last = max((message.at for message in taken.messages), default=None)
    kept_since = _kept_since(row)
    for stamp, said in one.news.said.values():
        message = stored.get(said.ext_id)
        if erased or said.ext_id in gone or (message and stamp < message.as_of):
            continue
        if message is None and kept_since and said.at < kept_since:
            continue
        if message is None:
            message = Message(encounter=row, ext_id=said.ext_id, received_at=now)
            one.new.append(message)
            taken.messages.append(message)
            taken.added += 1
        elif not _differs(message, said, members, stamp):
            continue
        else:
            one.changed.append(message)
        if last is not None and said.at < last:
            taken.again = True  # the one after it is read with another before it
        _put(message, said, source, members, stamp)
        taken.fresh.append(message)
    dead = [m for m in taken.messages if m.pk and (erased or m.ext_id in gone)]
    if dead:
        one.dead = [message.pk for message in dead]
        taken.messages = [m for m in taken.messages if m not in dead]
        taken.again = True
    taken.messages.sort(key=lambda message: (message.at, message.ext_id))


def _differs(row: Message, said: Said, members: dict[str, Member], stamp: str) -> bool:
    who = _member(said, members)
    had = (row.text, row.at, row.author, row.member_id, row.author_name, row.as_of)
    return had != (said.text, said.at, said.author, who and who.pk, said.author_name, stamp)


def _member(said: Said, members: dict[str, Member]) -> Member | None:
    return members.get(said.author_id) if said.author in OURS else None


def _put(row: Message, said: Said, source: str, members: dict[str, Member], stamp: str) -> None:
    row.author, row.author_name, row.at, row.text = (
        said.author,
        said.author_name,
        said.at,
        said.text,
    )
    row.author_key = key_of(source, said.author_id) if said.author_id else ""
    row.member, row.as_of = _member(said, members), stamp


def _fill(one: _Work, members: dict[str, Member], customers: dict[str, Customer]) -> None:
    row, held, news = one.taken.encounter, one.held, one.news
    bare = _forgotten(row) and not one.taken.messages
    for name in _PLAIN:
        if name in held and not (bare and name == "subject"):
            setattr(row, name, held[name][1])
    if "customer" in held and (person := news.customer()):
        row.customer = customers.get(person.ext_id) or row.customer
    if news.kind != Encounter.Kind.CONVERSATION:
        row.kind = news.kind
    rated_before = row.as_of.get("rating")
    row.as_of = merging.next_as_of(news, row.as_of, held)
    if row.as_of.get(ERASED):
        row.subject, row.tags, row.is_open = "", [], False
    _agent(row, held, one.taken.messages, members)
    one.rated = held["rating"][1] if "rating" in held else None
    if one.rated and _forgotten(row) and held["rating"][0] == rated_before:
        one.rated = None  # it says the same again, and its words may be forgotten
    if one.rated and row.as_of.get(ERASED):
        one.rated = merging.without_comment(one.rated)
    _times(row, held, one)


def _agent(
    row: Encounter,
    held: dict[str, tuple[str, Any]],
    messages: list[Message],
    members: dict[str, Member],
) -> None:
    """Whose it is: who had it when it was rated, else who has it, else who of us wrote last (CONNECTORS)."""
    person: Person | None = None
    if merging.ASSIGNEE in held and not row.as_of.get(SERVED):
        person = held[merging.ASSIGNEE][1]
    if SERVED in held:
        person = held[SERVED][1]
    if person is not None:
        row.agent, row.agent_name = members.get(person.ext_id), person.name
        return
    if row.as_of.get(SERVED) or (merging.ASSIGNEE in row.as_of and not row.as_of.get(FREED)):
        return
    wrote = [message for message in messages if message.author == Message.Author.AGENT]
    if wrote:
        row.agent, row.agent_name = wrote[-1].member, wrote[-1].author_name
    elif not _forgotten(row):
        row.agent, row.agent_name = None, ""


def _forgotten(row: Encounter) -> bool:
    """Whether retention may have taken messages of it (P7): what they told can't be counted anew, so it stays."""
    keep = timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS)
    return row.received_at < clock.now() - keep


def _kept_since(row: Encounter) -> datetime | None:
    """From when on its messages can't have been forgotten, however wrong the other side's clock; None: all of them."""
    keep = timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS)
    return clock.now() - keep + FUTURE if _forgotten(row) else None


def _times(row: Encounter, held: dict[str, tuple[str, Any]], one: _Work) -> None:
    ats = [message.at for message in one.taken.messages]
    if "opened" in held:
        row.started_at = held["opened"][1]
    elif "opened" not in row.as_of and ats:
        row.started_at = min([*ats, row.started_at] if _forgotten(row) else ats)
    if "ended" in held:
        row.last_at = held["ended"][1]
    elif "ended" not in row.as_of and (ats or not _forgotten(row)):
        row.last_at = max([row.started_at, *ats])


def _judge(one: _Work) -> None:
    """Say whether anything is new, and read the whole again where the names in it changed."""
    taken, row = one.taken, one.taken.encounter
    if taken.was == NEW:
        taken.closed = not row.is_open
        return
    after = (*(getattr(row, name) for name in _FIELDS), dict(row.as_of))
    taken.closed = bool(one.before[_IS_OPEN]) and not row.is_open
    messages = one.new or one.changed or one.dead
    if not (taken.again or messages or after != one.before or one.rated):
        taken.was = UNCHANGED
        return
    row.digest = rules.unsettled(row.digest)
    if taken.again or _named(row) != one.named:
        taken.again = True
        taken.fresh = list(taken.messages)


def _customers(source: str, news: Sequence[News], now: datetime, pace: Pace) -> dict[str, Customer]:
    """The customers who are named, by their id elsewhere; made, or renamed by a greater stamp, where needed."""
    names: dict[str, tuple[str, str]] = {}
    persons: dict[str, str] = {}
    for one in news:
        if person := one.customer():
            persons[person.ext_id] = max(persons.get(person.ext_id, ""), person.person)
            stamp = one.head["customer"][0]
            names[person.ext_id] = max(names.get(person.ext_id, ("", "")), (stamp, person.name))
    keys = {key_of(source, id_): id_ for id_ in names}
    found = {keys[row.key]: row for row in Customer.objects.filter(source=source, key__in=keys)}
    renamed = []
    for id_, row in found.items():
        stamp, name = names[id_]
        later = (stamp, name) > (row.as_of, row.name if row.as_of else "")
        if name and name != row.name and later:
            row.name, row.as_of = name, stamp
            renamed.append(row)
        if (
            persons[id_] > row.person
        ):  # of two addresses the same one holds, in whatever order they come
            row.person = persons[id_]
            renamed += [] if row in renamed[-1:] else [row]
    pace.write(
        "customer names",
        renamed,
        lambda rows: Customer.objects.bulk_update(rows, ["name", "as_of", "person"]),
    )
    made = [
        Customer(
            source=source,
            key=key,
            name=names[id_][1],
            as_of=names[id_][0],
            person=persons[id_],
            received_at=now,
        )
        for key, id_ in keys.items()
        if id_ not in found
    ]
    pace.insert(made)
    return found | {keys[row.key]: row for row in made}


def _write(work: list[_Work], now: datetime, pace: Pace) -> None:
    """First the encounters, marked as unsettled; then what is gone, what is new, what is another."""
    pace.insert([one.taken.encounter for one in work if one.taken.was == NEW])
    old = [one.taken.encounter for one in work if one.taken.was != NEW]
    pace.write(
        "encounters again", old, lambda rows: Encounter.objects.bulk_update(rows, list(_WRITTEN))
    )
    pace.write("messages away", [pk for one in work for pk in one.dead], _bury)
    for one in work:
        one.taken.gone = len(one.dead)
        for message in one.new:
            message.encounter = one.taken.encounter  # which has its id now
    pace.insert([message for one in work for message in one.new])
    fields = ["author", "author_key", "author_name", "member", "at", "text", "as_of"]
    pace.write(
        "messages again",
        [message for one in work for message in one.changed],
        lambda rows: Message.objects.bulk_update(rows, fields),
    )
    rated = [
        Rating(
            encounter=one.taken.encounter,
            score=one.rated.score,
            best=one.rated.best,
            comment=one.rated.comment,
            received_at=now,
        )
        for one in work
        if one.rated
    ]
    pace.write("ratings", rated, _rate)
    erased = [one.taken.encounter.pk for one in work if one.news.erased]
    pace.write("comments away", erased, _hush)


def _rate(rows: Sequence[Rating]) -> None:
    Rating.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["encounter"],
        update_fields=["score", "best", "comment"],
    )


def _hush(encounters: Sequence[int]) -> None:
    Rating.objects.filter(encounter__in=encounters).update(comment="")


def _bury(messages: Sequence[int]) -> None:
    Message.objects.filter(pk__in=messages).delete()  # lookup: ids of rows read above
