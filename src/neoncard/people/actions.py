"""The only writer of organisation, teams, members, roles, shifts, tokens and opt-outs."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.apps import apps
from django.db import transaction

from neoncard.kit import clock, signing
from neoncard.kit.audit.actions import wrote
from neoncard.people import rules
from neoncard.people.hours import checked_leave, checked_week
from neoncard.people.tables import (
    ApiToken,
    Handle,
    Hours,
    Member,
    OptOut,
    Organisation,
    Role,
    Shift,
    Stranger,
    Team,
)


@transaction.atomic
def found(
    *, name: str, zone: str = "UTC", language: str = "en", demo: bool = False
) -> Organisation:
    """Make the company of this installation."""
    organisation = Organisation.objects.create(
        name=name, zone=zone, language=language, demo=demo, made_at=clock.now()
    )
    wrote(actor="init", did="organisation.founded", on=organisation)
    return organisation


@transaction.atomic
def add_team(*, by: object, organisation: Organisation, name: str, place: str = "desk") -> Team:
    """Add a team. A name already there gives that team."""
    team, made = Team.objects.get_or_create(
        organisation=organisation, name=name, defaults={"place": place}
    )
    if made:
        wrote(actor=by, did="team.added", on=team)
    return team


@transaction.atomic
def add_member(
    *,
    by: object,
    organisation: Organisation,
    email: str,
    name: str,
    known_as: str = "",
    say_it: str = "",
    team: Team | None = None,
    roles: Iterable[str] = (Role.Name.AGENT,),
    password: str | None = None,
    language: str = "",
    handles: Iterable[tuple[str, str]] = (),
) -> Member:
    """Add a person with their roles and their ids elsewhere (`handles`: source, id). No password: none can sign in.

    Raises ValueError naming the field when the email is taken, a role is unknown, or a handle is another's.
    """
    email = email.strip().lower()
    if Member.objects.filter(email=email).exists():
        raise ValueError(f"email: {email} is already a member; use another address")
    unknown = set(roles) - set(Role.Name.values)
    if unknown:
        raise ValueError(
            f"role: {', '.join(sorted(unknown))} is not one of {', '.join(Role.Name.values)}"
        )
    member = Member(
        organisation=organisation,
        team=team,
        email=email,
        name=name.strip(),
        known_as=known_as.strip() or name.split()[0],
        say_it=say_it,
        language=language,
        joined_at=clock.now(),
    )
    member.set_password(password)
    member.save()
    Role.objects.bulk_create(Role(member=member, name=role) for role in sorted(set(roles)))
    for source, ext_id in handles:
        if Handle.objects.filter(source=source, ext_id=ext_id).exists():
            raise ValueError(f"handle: {source}:{ext_id} already belongs to another member")
        Handle.objects.create(member=member, source=source, ext_id=ext_id)
    wrote(actor=by, did="member.added", on=member)
    add_ids(by="address", member=member, ids=_waiting_for(member))
    return member


def _waiting_for(member: Member) -> list[tuple[str, str]]:
    """The ids elsewhere that carry this member's address and nobody has yet."""
    theirs = Stranger.objects.filter(person=signing.person(member.email))
    return [(one.source, one.ext_id) for one in theirs]


@transaction.atomic
def set_shift(*, member: Member, starts_at: datetime, ends_at: datetime) -> Shift:
    """Add a shift, in place of those it overlaps. Raises ValueError when it ends before it starts."""
    if ends_at <= starts_at:
        raise ValueError("ends_at: a shift ends after it starts")
    Shift.objects.filter(member=member, starts_at__lt=ends_at, ends_at__gt=starts_at).delete()
    shift = Shift.objects.create(member=member, starts_at=starts_at, ends_at=ends_at)
    wrote(actor=member, did="shift.set", on=shift)
    return shift


@transaction.atomic
def set_hashtag(*, by: Member, team: Team, hashtag: str) -> None:
    """The team's hashtag: one word, with or without its sign; empty for none."""
    word = "".join(letter for letter in hashtag.lstrip("#") if letter.isalnum() or letter == "_")
    if team.hashtag != word[:39]:
        team.hashtag = word[:39]
        team.save(update_fields=["hashtag"])
        wrote(actor=by, did="team.hashtag_set", on=team)


@transaction.atomic
def set_hours(
    *, member: Member, week: Mapping[str, Sequence[str]], leave: Iterable[Sequence[str]]
) -> Hours:
    """A member's own week and leave (people.hours.Hours). Raises ValueError naming the field.

    No audit row: when somebody works and is away is nobody else's to read.
    """
    values = {"week": checked_week(week), "leave": checked_leave(leave)}
    return Hours.objects.update_or_create(member=member, defaults=values)[0]


@transaction.atomic
def opt_out(*, member: Member, feature: str) -> None:
    """Stop a feature for this person, without a reason (P5)."""
    OptOut.objects.get_or_create(member=member, feature=OptOut.Feature(feature))


@transaction.atomic
def opt_in(*, member: Member, feature: str) -> None:
    """Take an opt-out back; no trace of it stays (P5)."""
    OptOut.objects.filter(member=member, feature=feature).delete()


@transaction.atomic
def make_token(*, member: Member, name: str) -> str:
    """Make a personal API token; the text is returned once and kept only as a hash."""
    text = f"nc_{signing.new_token(192)}"
    token = ApiToken.objects.create(
        member=member, name=name[:80], token_hash=signing.token_hash(text), made_at=clock.now()
    )
    wrote(actor=member, did="token.made", on=token)
    return text


@transaction.atomic
def end_token(*, token: ApiToken) -> None:
    """End a token at once."""
    token.ended_at = clock.now()
    token.save(update_fields=["ended_at"])
    wrote(actor=token.member, did="token.ended", on=token)


@transaction.atomic
def change_self(*, member: Member, known_as: str, say_it: str, language: str, zone: str) -> None:
    """A member's own settings. Raises ValueError naming the field for a missing name or an unknown zone."""
    if not known_as.strip():
        raise ValueError("known_as: write the name colleagues and customers call you by")
    if zone and zone not in zoneinfo.available_timezones():
        raise ValueError(f"zone: {zone} is not a time zone; for example Europe/Berlin")
    member.known_as = known_as.strip()[:60]
    member.say_it = say_it.strip()[:80]
    member.language = language
    member.zone = zone
    member.save(update_fields=["known_as", "say_it", "language", "zone"])
    wrote(actor=member, did="member.changed_self", on=member)


@transaction.atomic
def renew_feed(*, member: Member) -> None:
    """Give the member's feed a new address; the old one ends at once."""
    member.feed = signing.new_token(96)
    member.save(update_fields=["feed"])
    wrote(actor=member, did="feed.renewed", on=member)


@transaction.atomic
def set_suggestions(*, member: Member, most: int) -> None:
    """How many suggestions a shift this member wants beside their tickets, at most; 0 for none, up to 50."""
    if not 0 <= most <= 50:
        raise ValueError("most: takes a number from 0 to 50")
    member.suggestions_a_shift = most
    member.save(update_fields=["suggestions_a_shift"])


@transaction.atomic
def change_organisation(*, by: Member, organisation: Organisation, name: str, zone: str) -> None:
    """The company's name and zone. Raises ValueError naming the field."""
    if not name.strip():
        raise ValueError("name: write the company's name")
    if zone not in zoneinfo.available_timezones():
        raise ValueError(f"zone: {zone} is not a time zone; for example Europe/Berlin")
    organisation.name = name.strip()[:120]
    organisation.zone = zone
    organisation.save(update_fields=["name", "zone"])
    wrote(actor=by, did="organisation.changed", on=organisation)


@transaction.atomic
def set_roles(*, by: object, member: Member, roles: Iterable[str], team: str = "") -> None:
    """Set a member's roles and team (by name; empty for none).

    Raises ValueError naming the field: no role, an unknown one, an unknown team, or the last admin's own.
    """
    wanted = set(roles)
    if not wanted or wanted - set(Role.Name.values):
        raise ValueError(f"roles: pick at least one of {', '.join(Role.Name.values)}")
    if Role.Name.ADMIN not in wanted:
        may_go(member)
    group = Team.objects.filter(organisation=member.organisation, name=team).first()
    if team and group is None:
        raise ValueError(f"team: there is no team called {team}")
    Role.objects.filter(member=member).exclude(name__in=wanted).delete()
    for name in sorted(wanted):
        Role.objects.get_or_create(member=member, name=name)
    member.team = group
    member.save(update_fields=["team"])
    wrote(actor=by, did="member.roles_set", on=member)


@transaction.atomic
def add_ids(*, by: object, member: Member, ids: Iterable[tuple[str, str]]) -> None:
    """Give a member ids elsewhere (source, id); those they have stay. Raises ValueError when one is another's."""
    for source, ext_id in ids:
        handle, made = Handle.objects.get_or_create(
            source=source, ext_id=ext_id, defaults={"member": member}
        )
        if handle.member_id != member.pk:
            raise ValueError(f"ids: {source}:{ext_id} already belongs to another member")
        Stranger.objects.filter(source=source, ext_id=ext_id).delete()
        if made:
            wrote(actor=by, did="member.id_added", on=member)


@transaction.atomic
def set_ids(*, by: object, member: Member, ids: Iterable[tuple[str, str]]) -> None:
    """Make these a member's ids elsewhere, and no others. Raises ValueError when one is another's."""
    wanted = set(ids)
    for handle in Handle.objects.filter(member=member):
        if (handle.source, handle.ext_id) not in wanted:
            handle.delete()
    add_ids(by=by, member=member, ids=sorted(wanted))
    wrote(actor=by, did="member.ids_set", on=member)


@transaction.atomic
def come_back(*, by: object, member: Member) -> None:
    """Somebody who had left works here again, as who they were."""
    member.is_active = True
    member.left_at = None
    member.save(update_fields=["is_active", "left_at"])
    wrote(actor=by, did="member.came_back", on=member)


@transaction.atomic
def apply(*, by: object, organisation: Organisation, change: rules.Change) -> None:
    """Do what a list of people says of one of them. Raises ValueError naming the field."""
    one = change.person
    member = Member.objects.filter(organisation=organisation, email=one.email).first()
    if change.what == rules.JOIN or member is None:
        group = add_team(by=by, organisation=organisation, name=one.team) if one.team else None
        add_member(
            by=by,
            organisation=organisation,
            email=one.email,
            name=one.name or one.email.partition("@")[0],
            team=group,
            roles=one.roles or (Role.Name.AGENT,),
            handles=one.ids,
        )
        return
    if change.what == rules.LEAVE:
        if by == member:
            raise ValueError("member: nobody takes themselves out by a list; ask another admin")
        deactivate(by=by, member=member)
        return
    if change.what == rules.RETURN:
        come_back(by=by, member=member)
    if one.team:
        add_team(by=by, organisation=organisation, name=one.team)
    if one.team is not None or one.roles is not None:
        roles = one.roles or set(member.roles.values_list("name", flat=True)) or {Role.Name.AGENT}
        team = one.team if one.team is not None else (member.team.name if member.team else "")
        set_roles(by=by, member=member, roles=roles, team=team)
    if one.name is not None and one.name != member.name:
        member.name = one.name
        member.save(update_fields=["name"])
        wrote(actor=by, did="member.renamed", on=member)
    add_ids(by=by, member=member, ids=one.ids)


def apply_all(
    *, by: object, organisation: Organisation, changes: Iterable[rules.Change]
) -> list[tuple[str, str]]:
    """Do what a list says, each person in a transaction of their own; (email, why) of those that could not be done."""
    refused = []
    for change in changes:
        try:
            apply(by=by, organisation=organisation, change=change)
        except ValueError as problem:
            refused.append((change.person.email, str(problem).partition(": ")[2] or str(problem)))
    return refused


@transaction.atomic
def end_second_step(*, by: object, member: Member) -> None:
    """Somebody lost their authenticator and their codes: the password alone lets them in again."""
    apps.get_model("mfa", "Authenticator").objects.filter(user=member).delete()
    wrote(actor=by, did="member.second_step_ended", on=member)


@transaction.atomic
def set_groups(*, by: object, organisation: Organisation, groups: Iterable[rules.Group]) -> None:
    """What groups of the sign-in provider mean here, from the next sign-in on. None: they mean nothing."""
    organisation.groups = [[one.name, one.team, sorted(one.roles)] for one in groups]
    organisation.save(update_fields=["groups"])
    wrote(actor=by, did="organisation.groups_set", on=organisation)


@transaction.atomic
def new_password(*, by: object, member: Member) -> str:
    """Give a member a fresh password, returned once; every session of theirs ends with the old one."""
    password = signing.new_token(96)
    member.set_password(password)
    member.save(update_fields=["password"])
    wrote(actor=by, did="member.password_renewed", on=member)
    return password


@transaction.atomic
def deactivate(*, by: object, member: Member) -> None:
    """A leaver: can't sign in any more; their chains keep their shape. Raises ValueError for the last admin."""
    may_go(member)
    member.is_active = False
    member.left_at = clock.now()
    member.save(update_fields=["is_active", "left_at"])
    ApiToken.objects.filter(member=member, ended_at=None).update(ended_at=clock.now())
    wrote(actor=by, did="member.left", on=member)


@transaction.atomic
def erase(*, by: object, member: Member) -> None:
    """Delete the member's row and all that hangs on it alone. `keeping.erase_member` calls this last (P5).

    Raises ValueError for the last admin.
    """
    may_go(member)
    wrote(actor="erasure", did="member.erased", on=member)
    member.delete()


def may_go(member: Member) -> None:
    """Raises ValueError for the last admin."""
    others = Role.objects.filter(name=Role.Name.ADMIN, member__is_active=True).exclude(
        member=member
    )
    if member.roles.filter(name=Role.Name.ADMIN).exists() and not others.exists():
        raise ValueError("member: the last admin can't leave; make somebody else an admin first")
