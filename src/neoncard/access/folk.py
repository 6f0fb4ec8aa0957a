"""People, what stands up for them, and what customers hold in their hands."""

from __future__ import annotations

from django.http import Http404

from neoncard.access.doors import one
from neoncard.care.tables import Cover, Hand
from neoncard.kit import clock, signing
from neoncard.people import counter as tablets
from neoncard.people import queries as people
from neoncard.people.tables import ApiToken, Member, Role, Tablet
from neoncard.thank.tables import Feedback, RatingLink, ThanksPage, ThankYou


def person(member: Member, id: int) -> Member:
    """Any member of the company, for admins: their roles and team, nothing they did (P10)."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return one(people.everyone(member.organisation), pk=id)


def colleague_by_email(member: Member, email: str) -> Member:
    """Another member of the same company by address."""
    return one(people.colleagues(member), email=email.strip().lower())


def hand_for(member: Member, id: int) -> Hand:
    """A hand asked of this member: theirs to answer."""
    rows = Hand.objects.filter(to=member, until__gt=clock.now())
    return one(rows.select_related("member"), pk=id)


def cover(member: Member, id: int) -> Cover:
    """A cover asked for: its agent's, or any lead's (P11)."""
    rows = Cover.objects.filter(until__gt=clock.now()).select_related("member", "encounter")
    if not people.leads(member):
        rows = rows.filter(member=member)
    return one(rows, pk=id)


def held_thank_you(member: Member, id: int) -> ThankYou:
    """A thank-you waiting for a lead. Raises Http404 for anyone else."""
    if not people.leads(member):
        raise Http404
    return one(ThankYou.objects.select_related("to"), pk=id, state=ThankYou.State.HELD)


def feedback(member: Member, id: int) -> Feedback:
    """A piece of feedback, for leads."""
    if not people.leads(member):
        raise Http404
    return one(Feedback.objects.all(), pk=id)


def tablet(member: Member, id: int) -> Tablet:
    """A tablet in use, for leads."""
    if not people.leads(member):
        raise Http404
    return one(tablets.tablets(member.organisation), pk=id)


def tablet_by_token(text: str) -> Tablet | None:
    """The tablet a device's token belongs to, while it is in use. One query."""
    rows = Tablet.objects.filter(token_hash=signing.token_hash(text), ended_at=None)
    return rows.select_related("team", "organisation").first()


def member_at(tablet: Tablet, id: int) -> Member:
    """One of those who may come in at this tablet. One query."""
    return one(tablets.people_at(tablet), pk=id)


def api_token(member: Member, id: int) -> ApiToken:
    """The member's own API token."""
    return one(ApiToken.objects.filter(member=member), pk=id)


def member_by_token(text: str) -> Member | None:
    """The member an API token belongs to, or None when it is unknown, ended, or its owner has left. One query."""
    token = (
        ApiToken.objects.filter(
            token_hash=signing.token_hash(text), ended_at=None, member__is_active=True
        )
        .select_related("member__organisation")
        .first()
    )
    return token.member if token else None


def by_feed_key(pk: str) -> Member:
    """The member whose feed address this is, by the id in its key, while they work here; the key is still to be asked."""
    return one(Member.objects.filter(is_active=True), pk=pk if pk.isdecimal() else 0)


def rating_link(token: str) -> RatingLink:
    """A customer's rating link by its token, while it lasts."""
    rows = RatingLink.objects.select_related("encounter__customer", "member__team", "thank_you")
    return one(rows, token_hash=signing.token_hash(token), ends_at__gt=clock.now())


def thanks_page(slug: str) -> ThanksPage:
    """A member's thanks page by its slug, while they work here."""
    rows = ThanksPage.objects.select_related("member__team", "member__organisation")
    return one(rows, slug=slug, member__is_active=True)


def receipt(token: str) -> ThankYou:
    """A thanker's own page by its receipt token."""
    rows = ThankYou.objects.select_related("to", "kindness", "link__encounter", "feedback")
    return one(rows, receipt_hash=signing.token_hash(token))
