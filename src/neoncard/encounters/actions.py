"""The only writer of encounters, messages, ratings and customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from django.db import connection, transaction
from django.db.models import Q

from neoncard.encounters import rules
from neoncard.encounters.rules import Conversation, Said
from neoncard.encounters.tables import Customer, Encounter, Message, Rating
from neoncard.kit import clock, signing, slices
from neoncard.kit.audit.actions import wrote
from neoncard.kit.fields import ID_MAX
from neoncard.kit.slices import Pace
from neoncard.people.queries import Directory
from neoncard.people.tables import Member

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
OURS = frozenset({Message.Author.AGENT, Message.Author.NOTE})
_FIELDS = (
    *("url", "channel", "subject", "tags", "lang", "is_open", "customer", "agent", "agent_name"),
    *("started_at", "last_at", "digest"),
)

key_of = lru_cache(maxsize=20_000)(signing.pseudonym)
"""The pseudonym of an id elsewhere, remembered."""


@dataclass(slots=True)
class Taken:
    """What became of one conversation that came in.

    `messages` is the whole conversation in order, `fresh` those of it that are new or have another text; both are
    empty when it was unchanged. `added` counts new messages, `gone` deleted ones. `again`: all of it is to be read
    anew, as after a crash that left it half taken. `closed`: it is over now, and was not before we heard this.
    """

    conversation: Conversation
    encounter: Encounter
    was: str
    messages: list[Message] = field(default_factory=list)
    fresh: list[Message] = field(default_factory=list)
    added: int = 0
    again: bool = False
    gone: int = 0
    closed: bool = False


def upsert_batch(
    *,
    source: str,
    conversations: Sequence[Conversation],
    directory: Directory | None = None,
    pace: Pace | None = None,
) -> list[Taken]:
    """Take in a batch of conversations, each id at most once in it, merging messages by their id.

    Commits in slices; until `settle` is called for what was taken, a crash leaves it marked as not taken whole, and
    the next upsert does it again. Raises IntegrityError when another process takes in the same conversation at the
    same moment: call again.
    """
    pace = pace or Pace()
    directory = directory or Directory(source)
    now = clock.now()
    ids = [one.ext_id for one in conversations]
    rows = Encounter.objects.filter(source=source, ext_id__in=ids)
    stored = {row.ext_id: row for row in rows}
    taken = [_taken(one, stored.get(one.ext_id), source, now) for one in conversations]
    unknown = [one for one in taken if one.was == UNCHANGED and not one.encounter.agent_id]
    members = directory.members({id_ for one in unknown for id_ in _agents(one.conversation)})
    for one in unknown:  # whoever wrote it may have joined since
        if members.keys() & _agents(one.conversation):
            one.was, one.again = CHANGED, True
    work = [one for one in taken if one.was != UNCHANGED]
    if not work:
        return taken
    members |= directory.members({id_ for one in work for id_ in _agents(one.conversation)})
    customers = _customers(source, [one.conversation for one in work], now, pace)
    for one in work:
        _fill(one, members, customers)
    _write_encounters(work, pace)
    _write_messages(work, source, members, now, pace)
    _write_ratings(work, now, pace)
    return taken


def settle(*, by: object, taken: Iterable[Taken], pace: Pace | None = None) -> None:
    """Mark conversations as taken whole: their messages are written and have been read."""
    work = [one for one in taken if one.was != UNCHANGED]
    for one in work:
        one.encounter.digest = rules.next_versions(one.conversation.digest, one.encounter.digest)
    statement = f"UPDATE {Encounter._meta.db_table} SET digest = %s WHERE id = %s"  # noqa: S608 our own table

    def write(slice_: Sequence[Taken]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                statement, [(one.encounter.digest, one.encounter.pk) for one in slice_]
            )
        wrote(actor=by, did="encounters.taken", on=slice_[0].encounter.source, count=len(slice_))

    (pace or Pace()).write("settle", work, write)


def _agents(came: Conversation) -> set[str]:
    """The ids of those of us who are named in a conversation."""
    wrote = {said.author_id for said in came.messages if said.author in OURS}
    return (wrote | {came.agent_id}) - {""}


def _taken(
    conversation: Conversation, stored: Encounter | None, source: str, now: datetime
) -> Taken:
    if stored is None:
        fresh = Encounter(source=source, ext_id=conversation.ext_id, received_at=now)
        fresh.digest = rules.unsettled("")
        return Taken(conversation, fresh, NEW)
    if rules.known_version(conversation.digest, stored.digest):
        return Taken(conversation, stored, UNCHANGED)
    again = stored.digest.startswith(rules.UNSETTLED)
    return Taken(conversation, stored, CHANGED, again=again)


def _customers(
    source: str, conversations: list[Conversation], now: datetime, pace: Pace
) -> dict[str, Customer]:
    """The customers of these conversations by their id elsewhere; made, or renamed, where needed."""
    names: dict[str, str] = {}
    for one in conversations:
        if one.customer_id:
            names[one.customer_id] = one.customer_name or names.get(one.customer_id, "")
    keys = {key_of(source, id_): id_ for id_ in names}
    rows = Customer.objects.filter(source=source, key__in=keys)
    found = {keys[row.key]: row for row in rows}
    renamed = [row for id_, row in found.items() if names[id_] and row.name != names[id_]]
    for row in renamed:
        row.name = names[keys[row.key]]
    pace.write("customer names", renamed, lambda rows: Customer.objects.bulk_update(rows, ["name"]))
    made = [
        Customer(source=source, key=key, name=names[id_], received_at=now)
        for key, id_ in keys.items()
        if id_ not in found
    ]
    pace.insert(made)
    return found | {keys[row.key]: row for row in made}


def _fill(one: Taken, members: dict[str, Member], customers: dict[str, Customer]) -> None:
    """Put what came in on the encounter's row. A customer or agent we knew stays when they are not named now."""
    came, row = one.conversation, one.encounter
    row.channel, row.subject, row.lang, row.url = came.channel, came.subject, came.lang, came.url
    row.tags, row.is_open = list(came.tags), came.is_open
    row.customer = customers.get(came.customer_id) or row.customer
    spoke = [said for said in came.messages if said.author == rules.AGENT]
    agent_id, name = came.agent_id, came.agent_name
    if not agent_id:
        agent_id = next((said.author_id for said in reversed(spoke) if said.author_id), "")
    if not name:
        name = next((said.author_name for said in reversed(spoke) if said.author_name), "")
    row.agent = members.get(agent_id) or row.agent
    row.agent_name = name or row.agent_name
    first, last = came.messages[0].at, came.messages[-1].at
    row.started_at = first if one.was == NEW else min(first, row.started_at)
    row.last_at = last if one.was == NEW else max(last, row.last_at)


def _write_encounters(work: list[Taken], pace: Pace) -> None:
    new = [one.encounter for one in work if one.was == NEW]
    old = [one.encounter for one in work if one.was == CHANGED]
    for row in old:
        row.digest = rules.unsettled(row.digest)
    pace.insert(new)
    pace.write(
        "encounters again", old, lambda rows: Encounter.objects.bulk_update(rows, list(_FIELDS))
    )


def _write_messages(
    work: list[Taken], source: str, members: dict[str, Member], now: datetime, pace: Pace
) -> None:
    old = {one.encounter.pk: one for one in work if one.was == CHANGED}
    for row in Message.objects.filter(encounter__in=old) if old else ():
        old[row.encounter_id].messages.append(row)
    new: list[Message] = []
    changed: list[Message] = []
    for one in work:
        stored = {row.ext_id: row for row in one.messages}
        for said in one.conversation.messages:
            if said.ext_id not in stored:
                row = Message(encounter=one.encounter, ext_id=said.ext_id, received_at=now)
                new.append(row)
                one.messages.append(row)
                one.added += 1
            else:
                row = stored[said.ext_id]
                had = (row.text, row.at, row.author, row.member_id)
                who = _member(said, members)
                if had == (said.text, said.at, said.author, who.pk if who else None):
                    continue
                changed.append(row)
            _say(row, said, source, members)
            one.fresh.append(row)
        one.messages.sort(key=lambda row: row.at)
        if one.again:
            one.fresh = list(one.messages)
    pace.insert(new)
    fields = ["author", "author_key", "author_name", "member", "at", "text"]
    pace.write("messages again", changed, lambda rows: Message.objects.bulk_update(rows, fields))


def _say(row: Message, said: Said, source: str, members: dict[str, Member]) -> None:
    row.author, row.author_name = said.author, said.author_name
    row.at, row.text = said.at, said.text
    row.author_key = key_of(source, said.author_id) if said.author_id else ""
    row.member = _member(said, members)


def _member(said: Said, members: dict[str, Member]) -> Member | None:
    return members.get(said.author_id) if said.author in OURS else None


def _write_ratings(work: list[Taken], now: datetime, pace: Pace) -> None:
    rated = [
        Rating(
            encounter=one.encounter,
            score=rating.score,
            best=rating.best,
            comment=rating.comment,
            received_at=now,
        )
        for one in work
        if (rating := one.conversation.rating)
    ]
    pace.write(
        "ratings",
        rated,
        lambda rows: Rating.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["encounter"],
            update_fields=["score", "best", "comment"],
        ),
    )


@transaction.atomic
def open_encounter(
    *,
    by: object,
    kind: str,
    source: str,
    ext_id: str = "",
    agent: Member | None = None,
    customer_id: str = "",
    customer_name: str = "",
    channel: str = "",
    subject: str = "",
    tags: Iterable[str] = (),
    lang: str = "",
    at: datetime | None = None,
) -> Encounter:
    """Open a call, a visit or something in person: an encounter without text. A known `ext_id` gives that one.

    `customer_id` is the id in `source`; it is kept as a pseudonym only. Raises ValueError for a conversation, which
    comes in with its messages.
    """
    if Encounter.Kind(kind) == Encounter.Kind.CONVERSATION:
        raise ValueError(
            "kind: a conversation comes in with its messages; use call, visit or in_person"
        )
    now = clock.now()
    who = None
    if customer_id:
        who, made = Customer.objects.get_or_create(
            source=source,
            key=key_of(source, customer_id),
            defaults={"name": customer_name[:120], "received_at": now},
        )
        if not made and customer_name and who.name != customer_name[:120]:
            who.name = customer_name[:120]
            who.save(update_fields=["name"])
    row, made = Encounter.objects.get_or_create(
        source=source,
        ext_id=ext_id[:ID_MAX] or signing.new_token(),
        defaults={
            "kind": kind,
            "channel": channel[:40],
            "subject": subject[:300],
            "tags": list(tags),
            "lang": lang[:12],
            "is_open": True,
            "customer": who,
            "agent": agent,
            "agent_name": agent.name if agent else "",
            "started_at": at or now,
            "last_at": at or now,
            "received_at": now,
        },
    )
    if made:
        wrote(actor=by, did="encounter.opened", on=row)
    return row


@transaction.atomic
def close(*, by: object, encounter: Encounter, at: datetime | None = None) -> Encounter:
    """Close an encounter. Closing it twice changes nothing."""
    if encounter.is_open:
        encounter.is_open = False
        encounter.last_at = max(encounter.started_at, at or clock.now())
        encounter.save(update_fields=["is_open", "last_at"])
        wrote(actor=by, did="encounter.closed", on=encounter)
    return encounter


def counter_visit(*, by: Member, token: str = "", place: str = "") -> Encounter:
    """A visit at the counter, served by `by`: nothing of the customer is kept. The same `token` gives the same visit."""
    return open_encounter(
        by=by,
        kind=Encounter.Kind.VISIT,
        source="counter",
        ext_id=f"{by.pk}:{token}" if token else "",
        agent=by,
        channel=place or "counter",
    )


def forget_member(*, member: Member) -> int:
    """Take a member out of their encounters (P5): no agent, no author, and dashes where their name was written.

    The dashes are as long as the name, so that every mark's span stays true. Commits in slices; called again it
    finishes what is left. Returns how many messages changed.
    """
    names = sorted({member.name, member.known_as, *member.name.split()}, key=len, reverse=True)
    written = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
    changed: list[Message] = []
    mine = Q(member=member) | Q(encounter__agent=member)
    for message in Message.objects.filter(mine).distinct().iterator(500):
        text = written.sub(lambda hit: "-" * len(hit[0]), message.text)
        if text != message.text or (message.member_id == member.pk and message.author_name):
            message.text = text
            changed.append(message)
        if message.member_id == member.pk:
            message.author_name = ""
    pace = slices.Pace()
    pace.write("messages", changed, partial(Message.objects.bulk_update, fields=["text", "author_name"]))  # fmt: skip
    slices.change(Encounter.objects.filter(agent=member).exclude(agent_name=""), agent_name="")
    wrote(actor="erasure", did="encounters.member_forgotten", count=len(changed))
    return len(changed)


def forget_texts(*, before: datetime) -> tuple[int, float]:
    """Delete messages, rating comments and subjects received before then (P7), in slices.

    Marks go with their messages, and quotes of them. Returns how many messages went and the longest transaction in
    milliseconds.
    """
    messages = slices.delete(Message.objects.filter(received_at__lt=before))
    comments = slices.change(
        Rating.objects.filter(received_at__lt=before).exclude(comment=""), comment=""
    )
    bare = Encounter.objects.filter(received_at__lt=before, messages=None)
    subjects = slices.change(bare.exclude(subject=""), subject="")
    longest = max(part.longest_ms for part in (messages, comments, subjects))
    return messages.rows, longest
