"""The API: one's own encounters and kindnesses, with a personal token. /api/docs describes it (OpenAPI).

A token opens what its owner may see and nothing more; no endpoint takes another person (P10).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, NinjaAPI, Schema, Status
from ninja.errors import HttpError
from ninja.security import HttpBearer

from neoncard import access, loop
from neoncard.encounters import rules
from neoncard.encounters.tables import Encounter
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.queries import own
from neoncard.kindness.tables import Kindness, Party
from neoncard.kit import clock, limits
from neoncard.kit.fields import Rejected
from neoncard.people import queries as people
from neoncard.people.tables import Member, Role
from neoncard.share import actions as share
from neoncard.thank import actions as thank
from neoncard.thank.queries import rating_url
from neoncard.thank.rules import LINK_LASTS

PER_PAGE = 50
PER_MINUTE = 120


class PersonalToken(HttpBearer):
    """`Authorization: Bearer nc_…`, made on /me."""

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """The token's owner, or None; at most 120 requests a minute."""
        member = access.member_by_token(token)
        if member and not limits.allow(f"api:{member.pk}", PER_MINUTE, 60):
            raise HttpError(429, str(_("Slow down a little: 120 requests a minute.")))
        return member


api = NinjaAPI(
    title="Neoncard",
    version="1",
    description="Encounters and kindnesses, as their owner sees them.",
    auth=PersonalToken(),
    docs_url=None,
    urls_namespace="api",
)
Before = Annotated[int | None, Field(default=None, description="the last id of the page before")]


class KindnessOut(Schema):
    """A kindness its owner is in. Other people are named only by what they are."""

    id: int
    at: datetime
    giver: str
    receivers: list[str]
    words: str
    occasion: str
    how: str
    state: str
    sees: str
    answers: int | None
    passed_on_from: int | None


class KindnessIn(Schema):
    """A kindness to record: what somebody here did for others here."""

    to: Annotated[list[str], Field(description="e-mail addresses of colleagues, one to ten")]
    words: str = ""
    occasion: str = ""
    sees: Annotated[str, Field(description="giver, parties or team")] = "parties"
    passed_on_from: int | None = None
    answers: int | None = None


class MarkOut(Schema):
    """A mark with its character span (start included, end not)."""

    label: str
    start: int
    end: int
    score: float
    boilerplate: bool | None


class MessageOut(Schema):
    """A message of one's own conversation."""

    id: int
    author: str
    at: datetime
    text: str
    marks: list[MarkOut]


class EncounterOut(Schema):
    """One of one's own encounters."""

    id: int
    kind: str
    ticket: str
    channel: str
    subject: str
    started_at: datetime
    last_at: datetime
    is_open: bool


class ConversationOut(EncounterOut):
    """An encounter with its messages and marks."""

    messages: list[MessageOut]


def _me(request: HttpRequest) -> Member:
    member: Member = request.auth  # type: ignore[attr-defined]
    return member


def _who(party: Party, member: Member) -> str:
    return "me" if party.member_id == member.pk else party.kind


def _kindness(row: Kindness, member: Member) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "giver": _who(row.giver, member),
        "receivers": [_who(party, member) for party in row.receivers.all()],
        "words": row.words,
        "occasion": row.occasion,
        "how": row.how,
        "state": row.state,
        "sees": row.sees,
        "answers": row.answers_id,
        "passed_on_from": row.passed_on_from_id,
    }


def _encounter(row: Encounter) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "ticket": row.ext_id,
        "channel": row.channel,
        "subject": row.subject,
        "started_at": row.started_at,
        "last_at": row.last_at,
        "is_open": row.is_open,
    }


@api.get("/kindnesses", response=list[KindnessOut], summary="The kindnesses you are in")
def list_kindnesses(request: HttpRequest, before: int | None = None) -> list[dict[str, Any]]:
    """Fifty at a time, newest first; `before` is the last id of the page you have. Two queries."""
    member = _me(request)
    rows = own(member).select_related("giver").prefetch_related("receivers")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_kindness(row, member) for row in rows.order_by("-pk")[:PER_PAGE]]


@api.get("/kindnesses/{id}", response=KindnessOut, summary="One kindness you are in")
def one_kindness(request: HttpRequest, id: int) -> dict[str, Any]:
    """404 when it is not yours."""
    member = _me(request)
    return _kindness(access.kindness_in(member, id), member)


@api.post("/kindnesses", response={201: KindnessOut}, summary="Record a kindness of yours")
def record_kindness(request: HttpRequest, body: KindnessIn) -> Status[dict[str, Any]]:
    """The giver is always you. 422 names the field and the mend."""
    member = _me(request)
    if len(body.to) > 10:
        raise HttpError(422, str(_("to: at most ten people at once")))
    answers = access.received(member, body.answers) if body.answers else None
    passed = access.received(member, body.passed_on_from) if body.passed_on_from else None
    if body.sees not in Kindness.Sees.values:
        raise HttpError(422, str(_("sees: one of giver, parties, team")))
    team = body.sees == Kindness.Sees.TEAM
    to = [access.colleague_by_email(member, email) for email in body.to]
    try:
        with transaction.atomic():
            kindnesses.dear(by=member, to=to, words=body.words, answers=answers is not None)
            row = kindnesses.record(
                by=member,
                giver=kindnesses.member_party(member),
                receivers=[kindnesses.member_party(one) for one in to],
                words=body.words,
                occasion=body.occasion,
                sees=Kindness.Sees.PARTIES if team else body.sees,
                answers=answers,
                passed_on_from=passed,
            )
            if team:  # on the wall, where those in it can take it down
                share.hang(by=member, kindness=row)
    except ValueError as problem:
        raise HttpError(422, str(problem)) from None
    return Status(201, _kindness(row, member))


@api.get("/encounters", response=list[EncounterOut], summary="Your encounters")
def list_encounters(request: HttpRequest, before: int | None = None) -> list[dict[str, Any]]:
    """Fifty at a time, newest first; your own alone (P10). One query."""
    rows = Encounter.objects.filter(agent=_me(request))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_encounter(row) for row in rows.order_by("-pk")[:PER_PAGE]]


@api.get("/encounters/{ticket}", response=ConversationOut, summary="One of your encounters")
def one_encounter(request: HttpRequest, ticket: str) -> dict[str, Any]:
    """By our id or the helpdesk's ticket number, with messages and marks. Three queries; 404 when not yours."""
    row = access.own_encounter(_me(request), ticket)
    messages = row.messages.prefetch_related("marks").order_by("at", "pk")
    return {
        **_encounter(row),
        "messages": [
            {
                "id": message.pk,
                "author": message.author,
                "at": message.at,
                "text": message.text,
                "marks": [mark for mark in message.marks.all() if mark.wrong_at is None],
            }
            for message in messages
        ],
    }


class HeardOut(Schema):
    """What became of a conversation that came in."""

    ticket: str
    was: Annotated[str, Field(description="new, changed or unchanged")]
    marks: int


@api.post("/encounters", response={201: HeardOut}, summary="Bring in one conversation (admins)")
def hear(request: HttpRequest) -> Status[dict[str, Any]]:
    """The body is one conversation as in an import file. The same one again changes nothing; 422 names the field."""
    member = _admin(request)
    try:
        found = rules.read_row(request.body, row=1, now=clock.now(), notes=rules.Notes())
    except Rejected as problem:
        raise HttpError(422, str(problem)) from None
    if found is None:
        raise HttpError(422, str(_("the body is empty: send one conversation")))
    was, marks = loop.heard_one(found, source="api", by=member)
    return Status(201, {"ticket": found.ext_id, "was": was, "marks": marks})


class RatingLinkOut(Schema):
    """An address to put into the mail that closes a ticket."""

    url: str
    ends_at: datetime


@api.post(
    "/encounters/{ticket}/rating-link",
    response={201: RatingLinkOut},
    summary="Make a rating link for the customer (admins)",
)
def rating_link(request: HttpRequest, ticket: str) -> Status[dict[str, Any]]:
    """For your helpdesk to send when a ticket is closed: 14 days, one customer, the last answer wins."""
    opened = access.encounter_by_ticket(_admin(request), ticket)
    token = thank.make_rating_link(encounter=opened.encounter)
    ends = clock.now() + LINK_LASTS
    return Status(201, {"url": rating_url(token), "ends_at": ends})


def _admin(request: HttpRequest) -> Member:
    member = _me(request)
    if Role.Name.ADMIN not in people.roles(member):
        raise HttpError(403, str(_("This call is for admins.")))
    return member
