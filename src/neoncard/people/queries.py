"""Reads about people that more than one caller needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import JSONField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from neoncard.kit import clock
from neoncard.people import hours as working
from neoncard.people import rules
from neoncard.people.tables import (
    Handle,
    Hours,
    Member,
    OptOut,
    Organisation,
    Role,
    Shift,
    Stranger,
)

TEAM_MOST = 200


def organisation() -> Organisation | None:
    """The company of this installation, or None before `neoncard init`. One query."""
    return Organisation.objects.order_by("pk").first()


def roles(member: Member) -> frozenset[str]:
    """The member's role names. One query, kept on the instance for the rest of the request."""
    known: frozenset[str] | None = getattr(member, "_roles", None)
    if known is None:
        known = frozenset(Role.objects.filter(member=member).values_list("name", flat=True))
        member._roles = known  # type: ignore[attr-defined]
    return known


def leads(member: Member) -> bool:
    """Whether the member is a lead or an admin."""
    return bool(roles(member) & {Role.Name.LEAD, Role.Name.ADMIN})


def colleagues(member: Member) -> QuerySet[Member]:
    """Everyone else who works here now, by name; lazy, one query with the team."""
    return (
        Member.objects.filter(organisation=member.organisation_id, is_active=True)
        .exclude(pk=member.pk)
        .select_related("team")
        .order_by("known_as", "name")
    )


def near(
    member: Member, *, typed: str = "", picked: Iterable[int] = (), most: int = 20
) -> list[Member]:
    """Colleagues of one's own team, those picked already, and up to `most` others whose name begins as typed.

    By name. Two queries when something was typed, else one.
    """
    everybody = colleagues(member)
    own = Q(team=member.team_id) if member.team_id else Q(pk__in=())
    rows = list(everybody.filter(own | Q(pk__in=list(picked)))[:TEAM_MOST])
    if typed:
        starts = Q(known_as__istartswith=typed) | Q(name__istartswith=typed)
        found = everybody.filter(starts | Q(name__icontains=f" {typed}"))
        rows += found.exclude(pk__in=[one.pk for one in rows])[:most]
    return rows


def elsewhere(member: Member, day: int, most: int = 2) -> list[Member]:
    """Colleagues of other teams to think of today, others tomorrow (E10); nobody where one has no team. Two queries."""
    if not member.team_id:
        return []
    others = colleagues(member).exclude(team=None).exclude(team=member.team_id)
    start = day % (others.count() or 1)
    rows = list(others[start : start + most])
    return rows + list(others[: most - len(rows)]) if start and len(rows) < most else rows


def turn(member: Member, day: date) -> int:
    """Whose turn it is to be thought of by this member: a place for `face` that moves every day. No query."""
    return day.toordinal() * 104_729 + member.pk * 7_919


def face(me: int, organisation: int, turn: int, number: int) -> Coalesce:
    """The `number`-th colleague (`pk`, `known_as`) to think of today, others tomorrow, of any team (E10).

    To stand in a written query, `me` and `organisation` as ids, where it is None when there are fewer: those who follow
    a place that moves every day, found by the index alone, and from the beginning again after the last. No query of its
    own.
    """
    here = Member.objects.filter(organisation=organisation, is_active=True)
    rows = here.exclude(pk=me).order_by("pk")
    first, last = (Subquery(here.order_by(by).values("pk")[:1]) for by in ("pk", "-pk"))
    place = first + turn % (last - first + 1)

    def found(some: QuerySet[Member]) -> Subquery:
        who = some.values(found=JSONObject(pk="pk", known_as="known_as"))
        return Subquery(who[number : number + 1], output_field=JSONField())

    return Coalesce(found(rows.filter(pk__gte=place)), found(rows))


def everyone(organisation: Organisation, named: str = "") -> QuerySet[Member]:
    """Everyone who works here now, with team and roles, by name; `named`: who has this in it. Two queries."""
    here = Member.objects.filter(organisation=organisation, is_active=True)
    return (
        (here.filter(name__icontains=named) if named else here)
        .select_related("team")
        .prefetch_related("roles")
        .order_by("name")
    )


def as_listed(organisation: Organisation) -> dict[str, rules.Person]:
    """Everyone who is or was here, by email, as a list of people has them. Three queries."""
    rows = Member.objects.filter(organisation=organisation).select_related("team")
    return {
        row.email: rules.Person(
            row.email,
            row.name,
            row.team.name if row.team else "",
            frozenset(role.name for role in row.roles.all()),
            row.is_active,
            tuple((handle.source, handle.ext_id) for handle in row.handles.all()),
        )
        for row in rows.prefetch_related("roles", "handles")
    }


def groups(organisation: Organisation) -> list[rules.Group]:
    """What groups of the sign-in provider mean here. No query."""
    return [rules.Group(name, team, frozenset(roles)) for name, team, roles in organisation.groups]


def groups_seen(organisation: Organisation) -> dict[str, list[str]]:
    """The groups each member was in when they last signed in by the provider, by email. One query."""
    accounts = apps.get_model("socialaccount", "SocialAccount").objects
    rows = accounts.filter(user__organisation=organisation).order_by("last_login")
    return {
        email: [str(one) for one in (data or {}).get("groups", [])]
        for email, data in rows.values_list("user__email", "extra_data")
    }


def hours(member: Member, since: datetime | None = None) -> working.Hours:
    """When the member works; shifts entered by hand from `since` on (two days ago by default). Two queries."""
    row = Hours.objects.filter(member=member).first()
    start = since or clock.now() - timedelta(days=2)
    single = Shift.objects.filter(member=member, ends_at__gt=start)
    return as_hours(
        member,
        row.week if row else {},
        row.leave if row else [],
        single.values_list("starts_at", "ends_at"),
    )


def as_hours(
    member: Member,
    week: dict[str, list[str]],
    leave: list[list[str]],
    single: Iterable[tuple[datetime, datetime]] = (),
) -> working.Hours:
    """Hours as the rules know them, of columns already read. No query."""
    return working.Hours(
        week,
        tuple((first, last) for first, last in leave),
        member.zone or member.organisation.zone,
        tuple(working.Span(starts, ends) for starts, ends in single),
    )


def shift_end(member: Member) -> datetime | None:
    """When the member's present shift ends, or None when no shift is on. Two queries."""
    span = working.present(hours(member), clock.now())
    return span.ends_at if span else None


def as_fetched(member: Member, single: Iterable[tuple[datetime, datetime]] = ()) -> working.Hours:
    """The hours that came with the member, and the shifts one has read. No query."""
    kept = getattr(member, "hours", None)
    return as_hours(member, kept.week if kept else {}, kept.leave if kept else [], single)


def day_began(member: Member) -> datetime:
    """When the member's present shift of their week began, or else their midnight. No query."""
    now, week = clock.now(), as_fetched(member)
    span = working.present(week, now)
    zone = ZoneInfo(week.zone)
    return span.starts_at if span else datetime.combine(now.astimezone(zone).date(), time(), zone)


def shift_began(member: int, now: datetime, day: datetime) -> Coalesce:
    """When the shift began that this member (an id) entered by hand for now, or else `day`; to stand in a written query."""
    shift = Shift.objects.filter(member=member, starts_at__lte=now, ends_at__gt=now)
    return Coalesce(Subquery(shift.order_by("-ends_at").values("starts_at")[:1]), day)


def opted_out(member: Member, feature: str) -> bool:
    """Whether the member has opted out of `feature` (an `OptOut.Feature`). One query, kept."""
    known: frozenset[str] | None = getattr(member, "_opted_out", None)
    if known is None:
        known = frozenset(member.opt_outs.values_list("feature", flat=True))
        member._opted_out = known  # type: ignore[attr-defined]
    return feature in known


class Directory:
    """Whose ids elsewhere are whose, remembered for as long as one import or batch lasts."""

    def __init__(self, source: str) -> None:
        """`source`: the system the ids come from, as in `Handle`."""
        self.source = source
        self._known: dict[str, Member | None] = {"": None}

    def members(self, ids: Iterable[str]) -> dict[str, Member]:
        """Members by their id elsewhere: a handle of this source, or else an email equal to the id.

        Ids nobody has are left out. Two queries for ids not seen before, none for others.
        """
        wanted = set(ids)
        asked = wanted - self._known.keys()
        if asked:
            self._known |= dict.fromkeys(asked)
            emails = {one.lower(): one for one in asked if "@" in one}
            for member in Member.objects.filter(email__in=emails):
                self._known[emails[member.email]] = member
            rows = Handle.objects.filter(source=self.source, ext_id__in=asked)
            for handle in rows.select_related("member"):
                self._known[handle.ext_id] = handle.member
        found = ((one, self._known[one]) for one in wanted)
        return {one: member for one, member in found if member is not None}

    def forget(self, ext_id: str) -> None:
        """Ask anew for this id: somebody has it now."""
        self._known.pop(ext_id, None)


def strangers(source: str) -> QuerySet[Stranger]:
    """Ids of a source that no member has, by name; lazy, one query."""
    return Stranger.objects.filter(source=source).order_by("name", "ext_id")


def opted_out_members(feature: str) -> frozenset[int]:
    """The ids of all members who have opted out of `feature`, for bulk work. One query."""
    return frozenset(OptOut.objects.filter(feature=feature).values_list("member_id", flat=True))
