"""The kindnesses of the month: chains, boomerangs, graces, what hangs on the wall, stories and comments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from neoncard.care.tables import Grace
from neoncard.demo.world import Event, Row, World, toml
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.pass_on import actions as pass_on
from neoncard.people.tables import Member
from neoncard.share import actions as share
from neoncard.share.rules import exact_words

DATA = toml("kindnesses.toml")


def told() -> set[tuple[str, str]]:
    """Which member's kindness in which conversation the file tells itself."""
    return {
        (row["giver"]["member"], row["conversation"])
        for row in DATA["kindness"]
        if "member" in row["giver"] and "conversation" in row
    }


def events(world: World) -> Iterator[Event]:
    """Everything of kindnesses.toml but what customers wrote."""
    for row in DATA["kindness"]:
        at = world.moment(row["day"], row["time"])
        yield Event(at, partial(_give, world, row))
        yield Event(at + timedelta(minutes=20), partial(_hang, world, row))
    for row in DATA["story"]:
        at = world.moment(row["day"], row["time"])
        yield Event(at, partial(_tell, world, row))
    for row in DATA["comment"]:
        at = world.moment(row["day"], row["time"])
        yield Event(at, partial(_comment, world, row))


def _members(world: World, row: Row) -> list[Member]:
    return [world.members[who["member"]] for who in row["receivers"] if "member" in who]


def _teller(world: World, row: Row) -> Member | None:
    """Who put it into words in the product: its giver, or, when they are not of ours, who received it."""
    if "member" in row["giver"]:
        return world.members[row["giver"]["member"]]
    return next(iter(_members(world, row)), None)


def _give(world: World, row: Row) -> None:
    kindness = _noticed(world, row) or _passed_on(world, row) or _recorded(world, row)
    if "grace" in row:
        # No action fits: care's own makes a new kindness, and these were passed on, noticed or told by others.
        Grace.objects.create(kindness=kindness, dug_deeper=row["grace"] == "dug_deeper")
    world.kindnesses[row["key"]] = kindness


def _noticed(world: World, row: Row) -> Kindness | None:
    """Keep what the product noticed in the conversation, where it did, in the giver's own words."""
    if "member" not in row["giver"] or "conversation" not in row or row["how"] != "noticed":
        return None
    giver = world.members[row["giver"]["member"]]
    receivers = [world.party(who) for who in row["receivers"]]
    proposed = Kindness.objects.filter(
        giver=world.party(row["giver"]),
        encounter=world.encounter(row["conversation"]),
        state=Kindness.State.PROPOSED,
    ).first()
    if proposed is None:
        return None
    if "passed_on_from" in row or "answers" in row or list(proposed.receivers.all()) != receivers:
        kindnesses.withdraw(by=giver, kindness=proposed)
        return None
    return kindnesses.keep(by=giver, kindness=proposed, words=row["words"])


def _passed_on(world: World, row: Row) -> Kindness | None:
    to = _members(world, row)
    told_by_giver = "member" in row["giver"] and row["how"] == "said"
    if "passed_on_from" not in row or not told_by_giver or len(to) != len(row["receivers"]):
        return None
    by = world.members[row["giver"]["member"]]
    before = world.kindnesses[row["passed_on_from"]]
    if not before.receivers.contains(kindnesses.member_party(by)):
        return None  # It came from somebody who had received it as an unknown person.
    return pass_on.pass_on(
        by=by, kindness=before, to=to, words=row["words"], occasion=row["occasion"]
    )


def _recorded(world: World, row: Row) -> Kindness:
    before, answered = row.get("passed_on_from", ""), row.get("answers", "")
    by = _teller(world, row)
    # Told by one of ours about somebody outside: said, as with "someone was kind to me" at the counter.
    how = "said" if "member" not in row["giver"] and row["how"] == "thanked" else row["how"]
    # What only people outside the company did has nobody in the product to hang it on the wall.
    open_ = by is None and row["visibility"] == "wall"
    return kindnesses.record(
        by=by or "demo",
        giver=world.party(row["giver"]),
        receivers=[world.party(who) for who in row["receivers"]],
        words=row["words"],
        occasion=row["occasion"],
        how=how,
        sees=Kindness.Sees.TEAM if open_ else Kindness.Sees.PARTIES,
        encounter=world.encounter(row["conversation"]) if "conversation" in row else None,
        passed_on_from=world.kindnesses[before] if before else None,
        answers=world.kindnesses[answered] if answered else None,
    )


def _hang(world: World, row: Row) -> None:
    """Hang on the wall what its giver shows the team, and what people outside released."""
    by = _teller(world, row)
    for_team = row["visibility"] == "team" and "member" in row["giver"]
    if by is None or not (row["visibility"] == "wall" or for_team):
        return
    if row["visibility"] == "wall":
        _release_all(world, row, row["words"])
    world.posts[row["key"]] = share.hang(by=by, kindness=world.kindnesses[row["key"]])


def _in_it(world: World, row: Row) -> list[tuple[Party, bool]]:
    """Everyone whose leave a post needs, and whether their name goes with it (P6)."""
    kindness = world.kindnesses[row["key"]]
    hidden = {world.customer(key).pk for key in row.get("unnamed", ())}
    parties = [kindness.giver, *kindness.receivers.all()]
    encounter: Encounter | None = kindness.encounter
    if encounter and encounter.customer:
        parties.append(kindnesses.customer_party(encounter.customer))
    known = {party.pk: party for party in parties if party.kind != Party.Kind.UNKNOWN}
    return [(party, party.customer_id not in hidden) for party in known.values()]


def _release_all(world: World, row: Row, words: str, credit: str = "") -> None:
    kindness = world.kindnesses[row["key"]]
    for party, named in _in_it(world, row):
        kindnesses.release(
            party=party,
            kindness=kindness,
            words=words,
            name_too=named,
            credit=credit or (str(party.member or party.customer or party.name) if named else ""),
            by=party.member or "customer",
        )


def _tell(world: World, row: Row) -> None:
    kindness = world.kindnesses[row["kindness"]]
    told_of = next(one for one in DATA["kindness"] if one["key"] == row["kindness"])
    post = share.tell(
        by=world.members[row["by"]],
        kindness=kindness,
        title=row["title"],
        story=row["story"],
        name_too=True,
    )
    words = exact_words(post.title, post.story, kindness.words)
    for party, named in _in_it(world, told_of):
        if party.member:
            share.release(by=party.member, post=post, read=text_hash(words), name_too=named)
    _release_all(world, told_of, words)
    world.posts[row["kindness"]] = post


def _comment(world: World, row: Row) -> None:
    share.comment(by=world.members[row["by"]], post=world.posts[row["on"]], words=row["words"])
