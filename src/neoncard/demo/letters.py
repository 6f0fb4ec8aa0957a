"""What customers wrote: thank-yous through a link or a page, read and shown, and feedback with its answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from neoncard import access, loop
from neoncard.demo.gifts import DATA
from neoncard.demo.world import Event, Row, World
from neoncard.kit import clock, signing
from neoncard.share import actions as share
from neoncard.thank import actions as thank
from neoncard.thank.rules import Given
from neoncard.thank.tables import Feedback, ThankYou

LEAD = "ruth"
CAME_IN = {
    "fb-pier-beside-time": "SF-3011",
    "fb-bell-too-high": "SF-3020",
    "fb-reason-for-leaving": "SF-3023",
    "fb-message-ten-minutes-late": "SF-3015",
    "fb-dark-mode": "SF-3022",
    "fb-benches": "SF-3034",
    "fb-coffee": "SF-3036",
    "fb-lift": "SF-3040",
    "fb-saver-line": "SF-3003",
}
"""After which conversation a piece of feedback was sent; the others came through somebody's page."""
PAGE = "kofi"


def events(world: World) -> Iterator[Event]:
    """All thank-yous and all feedback."""
    taken: dict[str, ThankYou] = {}
    for row in DATA["thank_you"]:
        at = world.moment(row["day"], row["time"])
        yield Event(at, partial(_write, world, row, taken))
        yield Event(
            at + timedelta(minutes=25),
            partial(_let_through, world, row, taken),
        )
        if "read_day" in row:
            read = world.moment(row["read_day"], row["read_time"])
            yield Event(read, partial(_read, world, row, taken))
    for row in DATA["feedback"]:
        at = world.moment(row["day"], row["time"])
        yield Event(at, partial(_propose, world, row, taken))
        if "answer" in row:
            at = world.moment(row["answered_day"], row["answered_time"])
        yield Event(
            at + timedelta(minutes=5),
            partial(_answer, world, row, taken),
        )


def _send(world: World, given: Given, *, conversation: str = "", page: str = "") -> ThankYou:
    if not conversation:
        return loop.thanked(
            page=world.members[page].thanks_page, receipt=signing.new_token(), given=given
        )
    token = thank.make_rating_link(encounter=world.encounter(conversation))
    return loop.answered(link=access.rating_link(token), token=token, given=given)


def _write(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    given = Given(
        score=row.get("stars"),
        words=row["words"],
        name=row["name"],
        team_may_read=row["team_may_read"],
        may_publish_words=row["may_publish_words"],
        may_publish_name=row["may_publish_name"],
        lang=row.get("lang", "en"),
    )
    taken[row["key"]] = _send(
        world, given, conversation=row.get("conversation", ""), page=row["to"]
    )
    _remember(world, row, taken)


def _remember(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    if kindness := taken[row["key"]].kindness:
        world.kindnesses[row["key"]] = kindness


def _let_through(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    """What the reader held back only because it can't read it, a lead reads and passes on."""
    thank_you = taken[row["key"]]
    if thank_you.state == ThankYou.State.HELD and "held" not in row:
        loop.let_through(by=world.members[LEAD], thank_you=thank_you)
        _remember(world, row, taken)


def _read(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    kindness = taken[row["key"]].kindness
    if kindness is None:
        return
    member = world.members[row["to"]]
    thank.read(member=member, kindness=kindness)
    if row["may_publish_words"]:
        with clock.at(clock.now() + timedelta(minutes=3)):
            world.posts[row["key"]] = share.hang(by=member, kindness=kindness)


def _propose(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    given = Given(feedback=row["words"], lang="en")
    conversation = CAME_IN.get(row["key"], "")
    taken[row["key"]] = _send(world, given, conversation=conversation, page=PAGE)


def _answer(world: World, row: Row, taken: dict[str, ThankYou]) -> None:
    feedback = Feedback.objects.filter(thank_you=taken[row["key"]]).first()
    if feedback is None:
        raise LookupError(f"demo: {row['key']} was not taken as feedback")
    thank.answer_feedback(
        by=world.members[LEAD],
        feedback=feedback,
        state=row["state"],
        theme=row["theme"],
        answer=row.get("answer", ""),
    )
