"""One real row for every address that takes one; what is somebody's own belongs to `house.agent`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from neoncard import loop
from neoncard.care.tables import Cover, Hand
from neoncard.connectors import actions as connectors
from neoncard.design import actions as design
from neoncard.design.board import actions as board
from neoncard.design.tables import Act, Idea, Journey, Step
from neoncard.do.tables import Suggestion
from neoncard.kit import clock, signing
from neoncard.kit.jobs.actions import later
from neoncard.kit.jobs.tables import Job
from neoncard.notice.tables import Mark
from neoncard.pass_on import actions as chains
from neoncard.people import actions as people
from neoncard.people import counter as tablets
from neoncard.people.tables import Member
from neoncard.share.tables import Comment, Post
from neoncard.thank import actions as thank
from neoncard.thank.tables import Feedback, ThanksPage, ThankYou
from tests import make
from tests.samples_shared import (
    _feed,
    _id,
    _line,
    _offered_idea,
    _own_idea,
    _picture,
    _post,
    _private_comment,
    _private_post,
    _proposal,
    _review,
    _round,
    _shown,
    _smile,
)

SLUGS: dict[str, dict[str, Any]] = {
    "demo_sign_in": {"who": "agent"},
    "styleguide_frame": {"name": "today"},
    "connector_add": {"kind": "webhook"},
    "chat_set": {"kind": "slack"},
    "chat_hook": {"kind": "slack"},
    "me_opt": {"feature": "wall"},
    "openid_connect_login": {"provider_id": "sso"},
    "openid_connect_callback": {"provider_id": "sso"},
}


def samples(name: str, house: make.House) -> dict[str, Any]:
    """The keyword arguments for `reverse(name)`; empty for an address that takes none."""
    if name in SLUGS:
        return dict(SLUGS[name])
    maker = MAKERS.get(name) or next(
        (make_ for start, make_ in STARTS.items() if name.startswith(start)), None
    )
    return maker(house) if maker else {}


def _idea_today(house: make.House) -> dict[str, Any]:
    loop.today(house.agent)
    return _id(Suggestion.objects.filter(member=house.agent, unit__startswith="day:").first())


def _beside(house: make.House) -> dict[str, Any]:
    design.install_starters(by="test", organisation=house.organisation)
    row = make.encounter(house.agent, make.customer(), texts=[("customer", "Where is my ticket?")])
    return _id(loop.suggest_for(house.agent, row))


def _tablet(house: make.House) -> dict[str, Any]:
    return _id(tablets.enrol(by=house.lead, name="Pier 3")[0])


def _call(house: make.House) -> dict[str, Any]:
    return _id(make.encounter(house.agent, make.customer(), kind="call"))


def _counter(house: make.House) -> dict[str, Any]:
    design.install_starters(by="test", organisation=house.organisation)
    loop.at_counter(house.agent)
    return _id(Suggestion.objects.filter(member=house.agent, unit__startswith="counter:").first())


def _passwords() -> dict[str, Any]:
    for member in Member.objects.all():
        member.set_password("blue kettle on the pier")
        member.save()
    return {}


def _second_step(*members: Member) -> dict[str, Any]:
    for member in members:
        TOTP.activate(member, generate_totp_secret())
        RecoveryCodes.activate(member)
    return {}


def _starters(house: make.House) -> None:
    design.install_starters(by="test", organisation=house.organisation)


def _journey(house: make.House) -> dict[str, Any]:
    _starters(house)
    return _id(Journey.objects.first())


def _own_journey(house: make.House) -> dict[str, Any]:
    return _id(design.begin_journey(by=house.agent, title="The last ferry"))


def _guest_link(house: make.House) -> dict[str, Any]:
    row = design.begin_journey(by=house.agent, title="The last ferry")
    return {"token": board.make_link(by=house.agent, journey=row)}


def _step(house: make.House) -> dict[str, Any]:
    _starters(house)
    return _id(Step.objects.first())


def _idea(house: make.House) -> dict[str, Any]:
    _starters(house)
    return _id(Idea.objects.first())


def _act(house: make.House) -> dict[str, Any]:
    _starters(house)
    return _id(Act.objects.first())


def _given(house: make.House) -> dict[str, Any]:
    return _id(make.kindness(house.agent, house.third))


def _received(house: make.House) -> dict[str, Any]:
    return _id(make.kindness(house.third, house.agent))


def _story(house: make.House) -> dict[str, Any]:
    kindness = make.kindness(house.agent, house.third)
    words = " ".join(["She held the ramp until everyone was aboard."] * 12)
    post = Post.objects.create(
        kindness=kindness, by=house.agent, title="The ramp", story=words, posted_at=clock.now()
    )
    return _id(post)


def _comment(house: make.House) -> dict[str, Any]:
    row = Comment.objects.create(
        post=_post(house), by=house.agent, words="I was there too.", at=clock.now()
    )
    return _id(row)


def _hand(house: make.House) -> dict[str, Any]:
    row = Hand.objects.create(
        member=house.third, to=house.agent, at=clock.now(), until=clock.now() + timedelta(hours=4)
    )
    return _id(row)


def _cover(house: make.House) -> dict[str, Any]:
    return _id(
        Cover.objects.create(
            member=house.agent, at=clock.now(), until=clock.now() + timedelta(hours=4)
        )
    )


def _link(house: make.House) -> dict[str, Any]:
    return {"token": thank.make_rating_link(encounter=make.encounter(house.agent, make.customer()))}


def _page(house: make.House) -> dict[str, Any]:
    page = ThanksPage.objects.create(
        member=house.agent, slug=signing.new_token(), made_at=clock.now()
    )
    return {"token": page.slug}


def _thank_you(house: make.House, **fields: Any) -> ThankYou:
    return ThankYou.objects.create(
        to=house.agent, words="Thank you", receipt_hash=signing.token_hash("receipt"),
        received_at=clock.now(), **{"state": ThankYou.State.DELIVERED, **fields},
    )  # fmt: skip


def _receipt(house: make.House) -> dict[str, Any]:
    _thank_you(house)
    return {"token": "receipt"}


def _thanks(house: make.House) -> dict[str, Any]:
    kindness = make.kindness(house.third, house.agent)
    _thank_you(house, kindness=kindness)
    return _id(kindness)


def _held_card(house: make.House) -> dict[str, Any]:
    card = chains.make_card(by=house.agent)
    chains.tell(card=card, words="Ich trug den Koffer.", held=True)
    return _id(card)


def _held(house: make.House) -> dict[str, Any]:
    return _id(_thank_you(house, state=ThankYou.State.HELD, why_held="insult"))


def _feedback(house: make.House) -> dict[str, Any]:
    return _id(Feedback.objects.create(words="A bench at pier 2.", received_at=clock.now()))


def _token(house: make.House) -> dict[str, Any]:
    people.make_token(member=house.agent, name="t")
    return _id(house.agent.api_tokens.get())


def _job(house: make.House) -> dict[str, Any]:
    return _id(
        Job.objects.create(
            kind="t", key="t", state=Job.State.PARKED, due_at=clock.now(), made_at=clock.now()
        )
    )


def _import_job(house: make.House) -> dict[str, Any]:
    later("import", "import:1", {"file": "x", "name": "x", "source": "import", "by": 1})
    return _id(Job.objects.get(key="import:1"))


def _conversation(house: make.House) -> dict[str, Any]:
    return _id(make.encounter(house.agent, make.customer(), texts=[("customer", "Hello")]))


def _mark(house: make.House) -> dict[str, Any]:
    row = make.encounter(house.agent, make.customer(), texts=[("customer", "You are wonderful")])
    mark = Mark.objects.create(
        encounter=row,
        message=row.messages.first(),
        label="praise",
        start=0,
        end=3,
        score=1,
        rule="r",
    )
    return _id(mark)


def _connector(house: make.House) -> dict[str, Any]:
    row = connectors.add(by="test", kind="folder", name="Files", settings={}, secrets={})
    return _id(row)


def _framed(house: make.House) -> dict[str, Any]:
    row = connectors.add(
        by="test",
        kind="chatwoot",
        name="Desk",
        settings={"url": "https://help.example.org", "frame_parents": "https://help.example.org"},
        secrets={},
    )
    return _id(row)


def _delivery(house: make.House) -> dict[str, Any]:
    row = connectors.raw(_connector(house)["id"], "k", "pull", b"{}")
    row.state = "parked"
    row.save()
    return _id(row)


MAKERS = {
    "show_lead": _received,
    "unshow": _shown,
    "stories_feed": _feed,
    "comment_reword": _comment,
    "comment_report": _private_comment,
    "react": lambda house: _id(_private_post(house)),
    "report_post": lambda house: _id(_private_post(house)),
    "look": _review,
    "report": lambda house: {"year": 2026, "month": 11},
    "card": lambda house: _id(chains.make_card(by=house.agent)),
    "smile": _smile,
    "smile_qr": _smile,
    "smile_mine": _smile,
    "picture": _picture,
    "picture_drop": _picture,
    "picture_mine": _picture,
    "picture_add": _given,
    "kindness_also": _given,
    "kindness_land": _given,
    "idea_own": lambda house: {},
    "drive_idea_accept": _offered_idea,
    "drive_idea_back": _offered_idea,
    "drive_idea_drop": _own_idea,
    "drive_round": _round,
    "drive_change": _round,
    "drive_end": _round,
    "drive_join": _round,
    "drive_leave": _round,
    "drive_stories": _round,
    "line_back": _line,
    "delivery_retry": _delivery,
    "deliveries_retry": _connector,
    "act": _act,
    "beside_about": _framed,
    "beside_bookmark": lambda house: {},
    "beside_come_in": lambda house: {},
    "beside_cover": _conversation,
    "beside_enter": lambda house: {},
    "beside_frame": _framed,
    "connector": _connector,
    "act_edit": _act,
    "act_retire": _act,
    "chain": _given,
    "comment": lambda house: _id(_post(house)),
    "comment_delete": _comment,
    "conversation": _conversation,
    "cover_take": _cover,
    "feedback_answer": _feedback,
    "hand_coming": _hand,
    "held_decide": _held,
    "held_card": _held_card,
    "import_job": _import_job,
    "board": _journey,
    "guest_board": _guest_link,
    "journey": _journey,
    "journey_guests": _own_journey,
    "journey_history": _journey,
    "journey_workshop": _journey,
    "journey_archive": _journey,
    "journey_cards": _journey,
    "journey_edit": _journey,
    "journey_export": lambda house: {**_journey(house), "ending": "json"},
    "journey_idea_add": _journey,
    "journey_qr": _journey,
    "journey_suggest": _journey,
    "kindness": _given,
    "kindness_answer": _received,
    "kindness_keep": _received,
    "kindness_not_this": _proposal,
    "kindness_seen_by": _given,
    "kindness_undo": _given,
    "kindness_withdraw": _given,
    "me_token_end": _token,
    "mine": _link,
    "story_said": _link,
    "my_thanks_qr": lambda house: _page(house) and {},
    "pass_on": _received,
    "person": lambda house: _id(house.second),
    "person_password": lambda house: _id(house.second),
    "person_second_step": lambda house: _id(house.second),
    "account_reauthenticate": lambda house: _passwords(),
    "mfa_reauthenticate": lambda house: _second_step(*Member.objects.all()),
    "mfa_deactivate_totp": lambda house: _second_step(house.agent),
    "mfa_view_recovery_codes": lambda house: _second_step(house.agent),
    "rate": _link,
    "receipt": _receipt,
    "rest": _received,
    "status_retry": _job,
    "step_add": _journey,
    "thanks": _page,
    "api:one_kindness": _given,
    "api:one_encounter": lambda house: {"ticket": "T-1"},
    "api:rating_link": lambda house: {"ticket": "T-1"},
}
STARTS = {
    "connector_": _connector,
    "idea_": _idea_today,
    "beside_": _beside,
    "call_": _call,
    "counter_cover": lambda house: {},
    "counter_lock": lambda house: {},
    "counter_taps": lambda house: {},
    "counter_who": lambda house: {},
    "counter_worker": lambda house: {},
    "tablet_": _tablet,
    "counter_received": lambda house: {},
    "counter_": _counter,
    "journey_idea": _idea,
    "mark_": _mark,
    "post_": lambda house: _id(_post(house)),
    "proposal_": _proposal,
    "step_": _step,
    "story_new": lambda house: {"?": f"?kindness={make.kindness(house.agent, house.third).pk}"},
    "story": _story,
    "thanks_": _thanks,
}
