"""Who may see what; the only place that fetches a row by id.

Every function takes the member who asks and answers with the row, or raises Http404 when it is not theirs to see:
what exists and is not yours looks the same as what does not exist. `./check` fails on a lookup elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from neoncard.care.tables import Cover, Hand
from neoncard.connectors import sidebar
from neoncard.connectors.tables import Connector, Delivery
from neoncard.design.board import queries as boards
from neoncard.design.board.tables import GuestLink
from neoncard.design.tables import Act, Idea, Journey, Step
from neoncard.do.drive.tables import Line, Round, WrittenIdea
from neoncard.do.tables import Suggestion
from neoncard.encounters.tables import Encounter
from neoncard.kindness import queries as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock, signing
from neoncard.kit.jobs.tables import Job
from neoncard.notice.tables import Mark
from neoncard.pass_on import queries as chains
from neoncard.pass_on.tables import SmileCard
from neoncard.people import counter as tablets
from neoncard.people import queries as people
from neoncard.people.tables import ApiToken, Member, Role, Tablet
from neoncard.share import queries as wall
from neoncard.share.rules import Shows
from neoncard.share.tables import Comment, Post
from neoncard.share.voices.tables import Review, Shown
from neoncard.thank.tables import Feedback, RatingLink, ThanksPage, ThankYou

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponseBase]

EVERYONE = frozenset(Role.Name.values)
LEADS = frozenset({Role.Name.LEAD, Role.Name.ADMIN})
HOSTS = LEADS | {Role.Name.HOST}
ADMINS = frozenset({Role.Name.ADMIN})


def only(allowed: frozenset[str] = EVERYONE) -> Callable[[View], View]:
    """Open a page to signed-in members with one of `allowed` roles; strangers go to sign-in, others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401, headers={"HX-Redirect": "/"})
                return redirect_to_login(request.get_full_path())
            if not people.roles(request.user) & allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed = allowed  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: View) -> View:
    """Mark a page as open to strangers on purpose; the access test refuses an unmarked one."""
    view.allowed = None  # type: ignore[attr-defined]
    return view


def me(request: HttpRequest) -> Member:
    """The signed-in member; only for pages guarded by `only`."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def _one(rows: QuerySet[Row], **lookup: Any) -> Row:
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True, slots=True)
class Opened:
    """An encounter as this member may see it: marks are for its agent alone (P10)."""

    encounter: Encounter
    own: bool


def encounter(member: Member, id: int) -> Opened:
    """An encounter: its agent sees it with marks; a lead sees its text by link, without marks (P10)."""
    row = _one(Encounter.objects.select_related("customer", "agent"), pk=id)
    own = row.agent_id == member.pk
    if not own and not people.leads(member):
        raise Http404
    return Opened(row, own)


def own_encounter(member: Member, ticket: str) -> Encounter:
    """The member's own encounter by our id or the helpdesk's (the newest of that id). One query."""
    where = Q(ext_id=ticket)
    if ticket.isdecimal() and len(ticket) < 18:
        where |= Q(pk=int(ticket))
    rows = Encounter.objects.filter(where, agent=member).select_related("customer")
    return _one(rows.order_by("-last_at"))


def own_call(member: Member, id: int) -> Encounter:
    """The member's own call."""
    rows = Encounter.objects.filter(agent=member, kind=Encounter.Kind.CALL)
    return _one(rows.select_related("customer"), pk=id)


def encounter_beside(member: Member, source: str, ticket: str) -> Encounter:
    """The member's own encounter by the helpdesk it came from and its id there. One query."""
    rows = Encounter.objects.filter(agent=member).select_related("customer")
    return _one(rows, source=source, ext_id=ticket[:200])


def encounter_at(member: Member, url: str) -> Encounter:
    """The member's own encounter by the address of its page in the helpdesk. Two queries."""
    source, ticket = sidebar.ticket_at(url) or ("", "")
    where = Q(url=url[:500]) | Q(source=source, ext_id=ticket[:200])
    rows = Encounter.objects.filter(where, agent=member).select_related("customer")
    return _one(rows.order_by("-last_at"))


def beside_connector(id: int) -> Connector:
    """The connector whose helpdesk shows us in a frame: open to strangers, who see nothing of it but its frame."""
    return _one(Connector.objects.all(), pk=id)


def encounter_by_ticket(member: Member, ticket: str) -> Opened:
    """An encounter by its ticket number: the newest one this member may open (P10)."""
    rows = Encounter.objects.filter(ext_id=ticket).select_related("customer", "agent")
    if not people.leads(member):
        rows = rows.filter(agent=member)
    row = _one(rows.order_by("-last_at"))
    return Opened(row, row.agent_id == member.pk)


def mark(member: Member, id: int) -> Mark:
    """A mark in the member's own encounter (P10)."""
    return _one(Mark.objects.select_related("encounter"), pk=id, encounter__agent=member)


def suggestion(member: Member, id: int, unit: str) -> Suggestion:
    """The member's own suggestion whose unit begins with `unit`: encounter, counter or day (P10)."""
    rows = Suggestion.objects.filter(member=member, unit__startswith=f"{unit}:")
    return _one(rows.select_related("encounter__customer", "kindness", "member"), pk=id)


def drive_round(member: Member, id: int) -> Round:
    """A round of the member's team; hosts, leads and admins open any."""
    rows = Round.objects.select_related("team", "host")
    if not people.roles(member) & HOSTS:
        rows = rows.filter(team=member.team_id)
    return _one(rows, pk=id, team__organisation=member.organisation_id)


def hosts(member: Member, row: Round) -> bool:
    """Whether the member hosts this round: they opened it, or they are a host, lead or admin."""
    return row.host_id == member.pk or bool(people.roles(member) & HOSTS)


def hosted_round(member: Member, id: int) -> Round:
    """A round that is this member's to word and to end."""
    row = drive_round(member, id)
    if not hosts(member, row):
        raise Http404
    return row


def hosts_team(member: Member) -> bool:
    """Whether the member accepts ideas for their team: a host, lead or admin, or host of its open round. One query."""
    if people.roles(member) & HOSTS:
        return True
    return Round.objects.filter(team=member.team_id, host=member, ended_at=None).exists()


def team_idea(member: Member, id: int) -> WrittenIdea:
    """An idea offered to a team this member hosts."""
    if not hosts_team(member):
        raise Http404
    rows = WrittenIdea.objects.exclude(state=WrittenIdea.State.OWN)
    if not people.roles(member) & HOSTS:
        rows = rows.filter(team=member.team_id)
    return _one(rows, pk=id, team__organisation=member.organisation_id)


def own_idea(member: Member, id: int) -> WrittenIdea:
    """An idea the member wrote and kept."""
    return _one(WrittenIdea.objects.filter(by=member, state=WrittenIdea.State.OWN), pk=id)


def line(member: Member, id: int) -> Line:
    """The member's own line looking back."""
    return _one(Line.objects.filter(member=member), pk=id)


def kindnesses_of(member: Member) -> QuerySet[Kindness]:
    """Every kindness the member may see: they gave or received it, or it is the team's. Proposals: theirs alone."""
    mine = Q(giver__member=member) | Q(receivers__member=member)
    kept = Q(state=Kindness.State.KEPT)
    not_private = ~Q(sees=Kindness.Sees.GIVER)
    gave = Q(giver__member=member)
    proposed_to_me = Q(state=Kindness.State.PROPOSED) & mine
    return Kindness.objects.filter(
        (kept & gave)
        | (kept & not_private & mine)
        | (kept & Q(sees=Kindness.Sees.TEAM))
        | proposed_to_me
    ).distinct()


def kindness(member: Member, id: int) -> Kindness:
    """A kindness the member is in, or that the team may see."""
    rows = kindnesses_of(member).select_related(
        "giver__member", "giver__customer", "encounter__customer__party", "quote", "thank_you"
    )
    rows = rows.annotate(giver_off=wall.off_wall("giver__member"))
    return _one(rows.prefetch_related(Prefetch("receivers", queryset=wall.parties())), pk=id)


def kindness_in(member: Member, id: int) -> Kindness:
    """A kindness the member gave or received."""
    return _one(kindnesses.own(member).select_related("giver__member", "encounter"), pk=id)


def received(member: Member, id: int) -> Kindness:
    """A kept kindness this member received."""
    rows = Kindness.objects.filter(receivers__member=member, state=Kindness.State.KEPT)
    return _one(rows.exclude(sees=Kindness.Sees.GIVER).select_related("giver__member"), pk=id)


def answerable(member: Member, id: int) -> Kindness:
    """A kept kindness this member received from a colleague, or from a customer who has a page of their own."""
    reachable = Q(giver__member__isnull=False) | Q(thank_you__isnull=False)
    rows = Kindness.objects.filter(
        reachable, receivers__member=member, state=Kindness.State.KEPT
    ).exclude(giver__member=member)
    rows = rows.exclude(sees=Kindness.Sees.GIVER)
    return _one(rows.select_related("giver__member", "giver__customer"), pk=id)


def given(member: Member, id: int) -> Kindness:
    """A kindness this member gave, in any state but withdrawn."""
    rows = Kindness.objects.filter(giver__member=member).exclude(state=Kindness.State.WITHDRAWN)
    return _one(rows.select_related("giver__member"), pk=id)


def proposal(member: Member, id: int) -> Kindness:
    """A proposed kindness that is this member's to keep: they gave it, or a customer gave it to them."""
    theirs = Q(giver__member=member) | Q(giver__member=None, receivers__member=member)
    rows = Kindness.objects.filter(theirs, state=Kindness.State.PROPOSED).distinct()
    return _one(rows.select_related("giver__member"), pk=id)


def journey(member: Member, id: int) -> Journey:
    """A journey; every member may see and lay cards on the company's journeys."""
    return _one(Journey.objects.filter(archived_at=None), pk=id)


def led_board(member: Member, id: int) -> Journey:
    """A journey whose board this member facilitates: they made it or were given it, or are a host, lead or admin."""
    row = journey(member, id)
    if not boards.member_who(member, row).leads:
        raise Http404
    return row


def guest_link(row: Journey, id: str) -> GuestLink:
    """A link to this board that is still good, by what its page sent."""
    found = [link for link in boards.links(row) if str(link.pk) == id]
    if not found:
        raise Http404
    return found[0]


def board_by_link(token: str) -> GuestLink:
    """A guest link by its token, while it is good and its journey is there."""
    rows = GuestLink.objects.select_related("journey").filter(
        journey__archived_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    return _one(rows, token_hash=signing.token_hash(token))


def step_on(member: Member, journey: Journey, key: str) -> Step:
    """A step of this journey by its card id."""
    return _one(Step.objects.select_related("journey"), journey=journey, key=key)


def step(member: Member, id: int) -> Step:
    """A step of a journey."""
    return _one(Step.objects.filter(journey__archived_at=None).select_related("journey"), pk=id)


def idea(member: Member, id: int) -> Idea:
    """An idea on a journey; one still hidden is its author's alone."""
    rows = Idea.objects.filter(Q(hidden=False) | Q(author=member), journey__archived_at=None)
    return _one(rows.select_related("journey", "after_step", "act"), pk=id)


def act(member: Member, id: int) -> Act:
    """An act of the playbook."""
    return _one(Act.objects.select_related("step__journey"), pk=id)


def person(member: Member, id: int) -> Member:
    """Any member of the company, for admins: their roles and team, nothing they did (P10)."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return _one(people.everyone(member.organisation), pk=id)


def colleague_by_email(member: Member, email: str) -> Member:
    """Another member of the same company by address."""
    return _one(people.colleagues(member), email=email.strip().lower())


def post(member: Member, id: int) -> Post:
    """A post on the wall: everybody's when it shows something, else of those in it."""
    row = _one(wall.posts(), pk=id)
    if wall.shown_to_all(row) == Shows.NOTHING and not wall.party_of(member, row):
        raise Http404
    return row


def own_post(member: Member, id: int) -> Post:
    """A post the member is in: theirs to release, withdraw or take down."""
    row = _one(wall.posts(), pk=id)
    if not wall.party_of(member, row):
        raise Http404
    return row


def comment(member: Member, id: int) -> Comment:
    """A comment of one's own."""
    return _one(Comment.objects.select_related("post"), pk=id, by=member)


def seen_comment(member: Member, id: int) -> Comment:
    """A comment under a post the member may see, and that is shown."""
    row = _one(Comment.objects.filter(hidden_at=None).select_related("post", "by"), pk=id)
    post(member, row.post_id)
    return row


def review(member: Member, id: int) -> Review:
    """What this member was asked to look at, while it is open."""
    rows = Review.objects.filter(member=member, report__closed_at=None)
    return _one(rows.select_related("report__post", "report__comment"), pk=id)


def shown(member: Member, id: int) -> Shown:
    """Words shown by this member, or to them (P12)."""
    return _one(Shown.objects.filter(Q(member=member) | Q(lead=member)), pk=id)


def hand_for(member: Member, id: int) -> Hand:
    """A hand asked of this member: theirs to answer."""
    rows = Hand.objects.filter(to=member, until__gt=clock.now())
    return _one(rows.select_related("member"), pk=id)


def cover(member: Member, id: int) -> Cover:
    """A cover asked for: its agent's, or any lead's (P11)."""
    rows = Cover.objects.filter(until__gt=clock.now()).select_related("member", "encounter")
    if not people.leads(member):
        rows = rows.filter(member=member)
    return _one(rows, pk=id)


def held_thank_you(member: Member, id: int) -> ThankYou:
    """A thank-you waiting for a lead. Raises Http404 for anyone else."""
    if not people.leads(member):
        raise Http404
    return _one(ThankYou.objects.select_related("to"), pk=id, state=ThankYou.State.HELD)


def feedback(member: Member, id: int) -> Feedback:
    """A piece of feedback, for leads."""
    if not people.leads(member):
        raise Http404
    return _one(Feedback.objects.all(), pk=id)


def job(member: Member, id: int) -> Job:
    """A job, for admins."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return _one(Job.objects.all(), pk=id)


def connector(member: Member, id: int) -> Connector:
    """A connector, for admins."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return _one(Connector.objects.all(), pk=id)


def delivery(member: Member, id: int) -> Delivery:
    """A delivery to the inbox, for admins, who may let it be tried again; what is in it is shown to nobody."""
    if Role.Name.ADMIN not in people.roles(member):
        raise Http404
    return _one(Delivery.objects.defer("body"), pk=id)


def tablet(member: Member, id: int) -> Tablet:
    """A tablet in use, for leads."""
    if not people.leads(member):
        raise Http404
    return _one(tablets.tablets(member.organisation), pk=id)


def tablet_by_token(text: str) -> Tablet | None:
    """The tablet a device's token belongs to, while it is in use. One query."""
    rows = Tablet.objects.filter(token_hash=signing.token_hash(text), ended_at=None)
    return rows.select_related("team", "organisation").first()


def member_at(tablet: Tablet, id: int) -> Member:
    """One of those who may come in at this tablet. One query."""
    return _one(tablets.people_at(tablet), pk=id)


def api_token(member: Member, id: int) -> ApiToken:
    """The member's own API token."""
    return _one(ApiToken.objects.filter(member=member), pk=id)


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
    """The member whose feed address this is, by the id we signed into it, while they work here."""
    return _one(Member.objects.filter(is_active=True), pk=pk if pk.isdecimal() else 0)


def rating_link(token: str) -> RatingLink:
    """A customer's rating link by its token, while it lasts."""
    rows = RatingLink.objects.select_related("encounter__customer", "member__team", "thank_you")
    return _one(rows, token_hash=signing.token_hash(token), ends_at__gt=clock.now())


def thanks_page(slug: str) -> ThanksPage:
    """A member's thanks page by its slug, while they work here."""
    rows = ThanksPage.objects.select_related("member__team", "member__organisation")
    return _one(rows, slug=slug, member__is_active=True)


def receipt(token: str) -> ThankYou:
    """A thanker's own page by its receipt token."""
    rows = ThankYou.objects.select_related("to", "kindness", "link__encounter", "feedback")
    return _one(rows, receipt_hash=signing.token_hash(token))


def smile_card(token: str) -> SmileCard:
    """A Smile Card by its token, while it lasts; what we did not sign is not looked up."""
    nonce = chains.nonce_of(token)
    if nonce is None:
        raise Http404
    rows = SmileCard.objects.select_related("kindness__giver__member", "told__giver", "by")
    return _one(rows, nonce=nonce, ends_at__gt=clock.now())


def own_card(member: Member, id: int) -> SmileCard:
    """A Smile Card the member made."""
    return _one(SmileCard.objects.filter(by=member).select_related("kindness", "told"), pk=id)
