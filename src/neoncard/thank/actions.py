"""The only writer of rating links, thanks pages, thank-yous and feedback."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from neoncard.encounters.tables import Customer, Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.rules import text_hash
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, signing, slices
from neoncard.kit.audit.actions import wrote
from neoncard.people import actions as people
from neoncard.people import queries as everyone
from neoncard.people.tables import Member, OptOut
from neoncard.thank import queries, rules
from neoncard.thank.tables import Feedback, RatingLink, ThanksPage, ThankYou

CUSTOMER = "customer"
"""The actor in the audit trail when a customer writes: nobody we could name."""


@transaction.atomic
def make_rating_link(
    *,
    encounter: Encounter,
    member: Member | None = None,
    asks_friend: bool = False,
    lang: str = "",
) -> str:
    """Make a rating link for an encounter and its agent (`member`, else the one it has now); returns its token.

    `lang`: the language of the letter it goes with, and so of its page; "": the encounter's. The token is kept only as a hash.
    128 random bits, 14 days (CONNECTORS). `queries.rating_url` gives the address to mail. Send it to the customer
    alone: whoever holds it sees the answer, held words too, so it must never be shown to the agent or a lead.
    """
    token = signing.new_token(128)
    now = clock.now()
    link = RatingLink.objects.create(
        token_hash=signing.token_hash(token),
        encounter=encounter,
        member=member or encounter.agent,
        asks_friend=asks_friend,
        lang=lang[:12],
        made_at=now,
        ends_at=now + rules.LINK_LASTS,
    )
    wrote(actor="system", did="rating_link.made", on=link)
    return token


@transaction.atomic
def drop_rating_link(*, token: str) -> None:
    """Take back a rating link that could not be sent."""
    mine = RatingLink.objects.filter(token_hash=signing.token_hash(token))  # lookup: by its token
    mine.delete()


def answer(*, link: RatingLink, token: str, given: rules.Given) -> ThankYou:
    """Take a customer's answer to a rating link; the last one wins. `token` also opens the receipt.

    Kind words reach the agent in the same transaction (E17). Where nobody can be thanked (the agent has left or
    has opted out), words and name are not taken, only score and feedback.
    """
    person = link.member if queries.takes_thanks(link.member) else None
    names = [link.encounter.agent_name]
    if link.member:
        names += [link.member.name, link.member.known_as]
    verdict = rules.weigh(given, agent_name=person.known_as if person else "")
    with transaction.atomic():
        link.refresh_from_db(from_queryset=RatingLink.objects.select_for_update())
        row = ThankYou.objects.select_related("kindness").filter(link=link).first()
        row = row or ThankYou(link=link, receipt_hash=signing.token_hash(token))
        return _take(row, person, given, verdict, names, link.encounter)


def thank(*, page: ThanksPage, receipt: str, given: rules.Given) -> ThankYou:
    """Take a thank-you written on a member's own page. `receipt` is the thanker's token: sent twice, taken once."""
    member = page.member
    verdict = rules.weigh(given, agent_name=member.known_as)
    with transaction.atomic():
        page.refresh_from_db(from_queryset=ThanksPage.objects.select_for_update())
        known = signing.token_hash(receipt)
        mine = ThankYou.objects.filter(
            receipt_hash=known
        )  # lookup: the sender's own, by their token
        row = mine.filter(page=page).select_related("kindness").first()
        row = row or ThankYou(page=page, receipt_hash=known)
        return _take(row, member, given, verdict, [member.name, member.known_as], None)


def _take(
    row: ThankYou,
    person: Member | None,
    given: rules.Given,
    verdict: rules.Verdict,
    names: list[str],
    encounter: Encounter | None,
) -> ThankYou:
    now = clock.now()
    words, name = (given.words, given.name) if person else ("", "")
    same = row.pk is not None and (row.words, row.name) == (words, name)
    if row.state == ThankYou.State.HELD and verdict.passes:
        same = False
    row.score = given.score
    row.friend = given.friend
    row.team_may_read = given.team_may_read
    row.may_publish_words = given.may_publish_words
    row.may_publish_name = given.may_publish_name and bool(name)
    row.lang = given.lang[:12]
    if not same:
        _drop_kindness(row)
        row.to, row.words, row.name = person, words, name
        row.state = ThankYou.State.DELIVERED if verdict.passes else ThankYou.State.HELD
        row.why_held = verdict.why
        row.received_at = now
        row.delivered_at = now if verdict.passes else None
        row.read_at = None
    row.save()
    if not same and verdict.passes:
        _deliver(row, encounter)
    elif row.kindness:
        _release(row)
    _keep_feedback(row, rules.mask(given.feedback, person=names))
    wrote(actor=CUSTOMER, did="thank_you.taken", on=row)
    return row


def _drop_kindness(row: ThankYou) -> None:
    if row.kindness:
        giver = row.kindness.giver
        kindnesses.withdraw(by=CUSTOMER, kindness=row.kindness)
        row.kindness = None
        _bury_guest(giver)


def _bury_guest(giver: Party) -> None:
    # A guest's party was made for this one thank-you: nothing else needs its name.
    if giver.kind in (Party.Kind.GUEST, Party.Kind.UNKNOWN):
        kindnesses.bury(party=giver, by=CUSTOMER)


def _deliver(row: ThankYou, encounter: Encounter | None) -> None:
    if not row.words or row.to is None:
        return
    agent = kindnesses.member_party(row.to)
    customer = encounter.customer if encounter else None
    giver = kindnesses.customer_party(customer) if customer else kindnesses.guest_party(row.name)
    row.kindness = kindnesses.record(
        by=CUSTOMER,
        giver=giver,
        receivers=[agent],
        words=row.words,
        how=Kindness.How.SAID,
        encounter=encounter,
        answers=_answered(agent, encounter),
    )
    row.save(update_fields=["kindness"])
    _release(row)


def _answered(agent: Party, encounter: Encounter | None) -> Kindness | None:
    """The agent's kept kindness of this encounter, the latest: what the customer is thanking for."""
    if encounter is None:
        return None
    kept = Kindness.objects.filter(giver=agent, encounter=encounter, state=Kindness.State.KEPT)
    return kept.order_by("-at", "-pk").first()


def _release(row: ThankYou) -> None:
    """Bring the giver's release in line with what they allow (P6): these exact words, under the credit chosen."""
    kindness = row.kindness
    if kindness is None:
        return
    own = kindness.releases.filter(party=kindness.giver)
    right = text_hash(kindness.words)
    told = own.exclude(text_hash=right).exists()  # they said yes to the story of it since
    if row.may_publish_words and not told:
        kindnesses.release(
            party=kindness.giver,
            kindness=kindness,
            words=kindness.words,
            name_too=row.may_publish_name,
            credit=row.name if row.may_publish_name else _("a customer"),
            by=CUSTOMER,
        )
    elif own.filter(text_hash=right).exists():
        kindnesses.withdraw_release(party=kindness.giver, kindness=kindness, by=CUSTOMER)
    if not row.team_may_read and kindness.sees == Kindness.Sees.TEAM:
        kindnesses.see_as(by=CUSTOMER, kindness=kindness, sees=Kindness.Sees.PARTIES)


def _keep_feedback(row: ThankYou, words: str) -> None:
    old = Feedback.objects.filter(thank_you=row).first()
    if old and old.words == words:
        return
    if old:
        old.delete()
    if words:
        Feedback.objects.create(words=words, thank_you=row, received_at=clock.now())


@transaction.atomic
def allow(*, thank_you: ThankYou, team: bool, words: bool, name: bool) -> None:
    """The thanker changes what may be done with their words, on their receipt (P6). Counts at once."""
    thank_you.team_may_read = team
    thank_you.may_publish_words = words
    thank_you.may_publish_name = words and name and bool(thank_you.name)
    thank_you.save(update_fields=["team_may_read", "may_publish_words", "may_publish_name"])
    _release(thank_you)
    wrote(actor=CUSTOMER, did="thank_you.allowed", on=thank_you)


@transaction.atomic
def allow_again(*, thank_you: ThankYou) -> None:
    """What the thanker allows of their own words stands again: their yes to a story of it stands no more."""
    _release(thank_you)


@transaction.atomic
def read(*, member: Member, kindness: Kindness) -> bool:
    """The member has read a customer's words: the thanker's page says so from now on (E8, E17).

    True the first time; False for a repeat, for words that are not theirs, and for a kindness without a thank-you.
    """
    rows = ThankYou.objects.filter(
        kindness=kindness, to=member, read_at=None, state=ThankYou.State.DELIVERED
    )
    first = bool(rows.update(read_at=clock.now()))
    if first:
        wrote(actor=member, did="thank_you.read", on=kindness)
    return first


@transaction.atomic
def pass_to_agent(*, by: Member, thank_you: ThankYou) -> None:
    """A lead passes held words on: from now on they are delivered like any others. A repeat changes nothing."""
    row = _still_held(thank_you)
    if row is None:
        return
    row.state = ThankYou.State.DELIVERED
    row.why_held = ""
    row.delivered_at = clock.now()
    row.save(update_fields=["state", "why_held", "delivered_at"])
    if queries.takes_thanks(row.to):
        _deliver(row, row.link.encounter if row.link else None)
    wrote(actor=by, did="thank_you.passed_on", on=row)


@transaction.atomic
def decline(*, by: Member, thank_you: ThankYou) -> None:
    """A lead does not pass held words on. The agent never learns of them; why they were held is forgotten."""
    row = _still_held(thank_you)
    if row is None:
        return
    row.state = ThankYou.State.DECLINED
    row.why_held = ""
    row.save(update_fields=["state", "why_held"])
    wrote(actor=by, did="thank_you.declined", on=row)


@transaction.atomic
def make_feedback(*, by: Member, thank_you: ThankYou) -> None:
    """A lead makes feedback of held words that are about product or service: names blanked, no agent with them."""
    row = _still_held(thank_you)
    if row is None:
        return
    names = [row.to.name, row.to.known_as] if row.to else []
    words = rules.mask(row.words, person=names, others=queries.all_names())
    kept = Feedback.objects.filter(thank_you=row).first()
    if kept:
        kept.words = f"{kept.words}\n\n{words}"
        kept.save(update_fields=["words"])
    else:
        Feedback.objects.create(words=words, thank_you=row, received_at=row.received_at)
    decline(by=by, thank_you=row)


def _still_held(thank_you: ThankYou) -> ThankYou | None:
    rows = ThankYou.objects.select_for_update(of=("self",)).select_related("to", "link__encounter")
    thank_you.refresh_from_db(from_queryset=rows)
    return thank_you if thank_you.state == ThankYou.State.HELD else None


@transaction.atomic
def answer_feedback(
    *, by: Member, feedback: Feedback, state: str, theme: str = "", answer: str = ""
) -> Feedback:
    """A lead gives feedback a theme, a state and an answer; its writer sees the answer on their receipt.

    Raises ValueError naming the field when the state is unknown or the answer is over 2,000 characters.
    """
    if state not in Feedback.State.values:
        raise ValueError(f"state: one of {', '.join(Feedback.State.values)}")
    if len(answer) > rules.WORDS_MAX:
        raise ValueError(f"answer: at most {rules.WORDS_MAX} characters; shorten it a little")
    answer = answer.strip()
    if answer != feedback.answer:
        feedback.answered_at = clock.now() if answer else None
    feedback.state = state
    feedback.theme = theme.strip()[:60]
    feedback.answer = answer
    feedback.save(update_fields=["state", "theme", "answer", "answered_at"])
    wrote(actor=by, did="feedback.answered", on=feedback)
    return feedback


@transaction.atomic
def open_page(*, member: Member) -> ThanksPage:
    """Open the member's thanks page; doing so says yes to being thanked by name. An open page stays as it is."""
    people.opt_in(member=member, feature=OptOut.Feature.THANKS_PAGE)
    page, made = ThanksPage.objects.get_or_create(
        member=member, defaults={"slug": signing.new_token(72), "made_at": clock.now()}
    )
    if made:
        wrote(actor=member, did="thanks_page.opened", on=page)
    return page


@transaction.atomic
def rotate(*, page: ThanksPage) -> ThanksPage:
    """Give a thanks page a new address; the old one ends at once, and QR codes that show it with it."""
    page.slug = signing.new_token(72)
    page.made_at = clock.now()
    page.save(update_fields=["slug", "made_at"])
    wrote(actor=page.member, did="thanks_page.rotated", on=page)
    return page


@transaction.atomic
def let_index(*, page: ThanksPage, on: bool) -> None:
    """Let search engines find a thanks page, or no longer; its owner's to say, and off until they do."""
    page.indexed = on
    page.save(update_fields=["indexed"])
    wrote(actor=page.member, did="thanks_page.indexed" if on else "thanks_page.hidden", on=page)


@transaction.atomic
def close(*, member: Member) -> None:
    """Close the member's thanks page; its address ends, words already received stay."""
    for page in ThanksPage.objects.filter(member=member):
        wrote(actor=member, did="thanks_page.closed", on=page)
        page.delete()


@transaction.atomic
def erase(*, thank_you: ThankYou) -> None:
    """Erase a thank-you for its writer (P5): words, name, feedback, releases. A chain keeps its shape, no more."""
    wrote(actor=CUSTOMER, did="thank_you.erased", on=thank_you)
    Feedback.objects.filter(thank_you=thank_you).delete()
    _drop_kindness(thank_you)
    thank_you.delete()


@transaction.atomic
def erase_customer(*, customer: Customer) -> int:
    """Erase every thank-you and rating link of a customer (P5); returns how many thank-yous."""
    rows = list(queries.of_customer(customer))
    for row in rows:
        erase(thank_you=row)
    RatingLink.objects.filter(encounter__customer=customer).delete()
    return len(rows)


@transaction.atomic
def erase_member(*, member: Member) -> None:
    """Erase this room's rows about a member who is being erased (P5): their page, and the words written to them."""
    close(member=member)
    ThankYou.objects.filter(to=member).update(words="", name="", to=None)
    RatingLink.objects.filter(member=member).update(member=None)
    wrote(actor="erasure", did="thanks.member_erased")


def forget() -> str:
    """The nightly retention of this room (P7), in slices; returns its counts in one line for /status.

    Past `NEONCARD_KEEP_TEXT_DAYS`, a thank-you's own copy of words and name goes (delivered words live on in the
    kindness, which their writer wrote here), held words nobody decided on go too, and so do ended rating links.
    The demo keeps its texts, and says so.
    """
    organisation = everyone.organisation()
    if organisation and organisation.demo:
        return "the demo keeps its texts"
    before = clock.now() - timedelta(days=settings.NEONCARD_KEEP_TEXT_DAYS)
    old = ThankYou.objects.filter(received_at__lt=before).exclude(words="", name="")

    def empty(size: int) -> int:
        ids = list(old.order_by("pk").values_list("pk", flat=True)[:size])
        rows = ThankYou.objects.filter(pk__in=ids)  # lookup: ids of the queryset above
        rows.filter(state=ThankYou.State.HELD).update(state=ThankYou.State.DECLINED, why_held="")
        rows.update(words="", name="")
        return len(ids)

    words, links = slices.run(empty), slices.delete(RatingLink.objects.filter(ends_at__lt=before))
    longest = max(words.longest_ms, links.longest_ms)
    return f"{words.rows} thank-yous, {links.rows} links; longest {longest:g} ms"
