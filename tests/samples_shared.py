"""Samples of what is shared and told: rounds, ideas, posts, cards, for samples.py."""

from __future__ import annotations

from typing import Any

from neoncard import loop
from neoncard.do import actions as do
from neoncard.do.drive import actions as drive
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Message
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.pass_on import actions as chains
from neoncard.pass_on import queries as reading
from neoncard.share import actions as share
from neoncard.share.tables import Comment, Post
from neoncard.share.voices import actions as voices
from neoncard.share.voices.tables import Report, Review
from neoncard.web.pages.voices import feed_key
from tests import make


def _proposal(house: make.House) -> dict[str, Any]:
    row = make.encounter(
        house.agent, make.customer(), texts=[("agent", "I rang the hotel for you.")]
    )
    message = row.messages.first()
    assert isinstance(message, Message)
    (kindness,) = kindnesses.propose(
        noticed=[
            kindnesses.Noticed(
                giver=kindnesses.member_party(house.agent),
                receiver=kindnesses.customer_party(row.customer),
                encounter=row,
                how=Kindness.How.NOTICED,
                quote=message,
                span=(0, 5),
                label="goes_beyond",
                at=clock.now(),
            )
        ]
    )
    return _id(kindness)


def _id(row: Any) -> dict[str, Any]:
    return {"id": row.pk}


def _post(house: make.House) -> Post:
    kindness = make.kindness(house.agent, house.third, sees=Kindness.Sees.TEAM)
    return Post.objects.create(kindness=kindness, by=house.agent, posted_at=clock.now())


def _round(house: make.House) -> dict[str, Any]:
    row = drive.begin(
        by=house.agent, team=house.team, title="Drive", days=21, starts_on=clock.today()
    )
    return _id(row)


def _own_idea(house: make.House) -> dict[str, Any]:
    return _id(drive.write(member=house.agent, toward="colleague", title="Bring the good biscuits"))


def _offered_idea(house: make.House) -> dict[str, Any]:
    _round(house)
    return _id(
        drive.write(member=house.third, toward="colleague", title="Bring biscuits", offer=True)
    )


def _line(house: make.House) -> dict[str, Any]:
    loop.today(house.agent)
    row = Suggestion.objects.filter(member=house.agent, unit__startswith="day:").first()
    do.done(suggestion=row, title="t")
    return _id(drive.look_back(suggestion=row, words="She laughed."))


JPEG = b"\xff\xd8\xff\xe1\x00\x06GPS!\xff\xdb\x00\x03\x00\xff\xda\x00\x02ab\xff\xd9"


def _picture(house: make.House) -> dict[str, Any]:
    row = make.kindness(house.agent, house.third)
    share.add_picture(
        by=house.agent,
        kindness=row,
        body=JPEG,
        alt="The ramp",
        credit="Ines",
        licence="ours",
        pictured=[house.agent, house.third],
    )
    return _id(row)


def _smile(house: make.House) -> dict[str, Any]:
    card = chains.make_card(by=house.second)
    return {"token": reading.token_of(card)}


def _feed(house: make.House) -> dict[str, Any]:
    return {"?": f"?key={feed_key(house.agent)}"}


def _private_post(house: make.House) -> Post:
    kindness = make.kindness(house.agent, house.third)
    return Post.objects.create(kindness=kindness, by=house.agent, posted_at=clock.now())


def _private_comment(house: make.House) -> dict[str, Any]:
    row = Comment.objects.create(
        post=_private_post(house), by=house.third, words="I was there too.", at=clock.now()
    )
    return _id(row)


def _review(house: make.House) -> dict[str, Any]:
    report = Report.objects.create(post=_post(house), at=clock.now())
    return _id(Review.objects.create(report=report, member=house.agent, asked_at=clock.now()))


def _shown(house: make.House) -> dict[str, Any]:
    kindness = make.kindness(house.third, house.agent)
    words = kindness.words[:10]
    return _id(
        voices.show_lead(member=house.agent, kindness=kindness, lead=house.lead, words=words)
    )
