"""Organisation, teams, members, roles, shifts, tokens and opt-outs."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The one company of this installation."""

    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=12, default="en")
    currency = models.CharField(max_length=3, default="EUR")
    demo = models.BooleanField(default=False)
    groups = models.JSONField(default=list, blank=True)  # rules.Group, each as [group, team, roles]
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who work together: a phone desk, a counter, a crew."""

    class Place(models.TextChoices):
        DESK = "desk", _("phones and mail")
        COUNTER = "counter", _("counter")
        CABIN = "cabin", _("crew")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=8, choices=Place, default=Place.DESK)
    hashtag = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name")]

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    """Django's doorway for making members; the product itself uses people.actions."""

    def get_queryset(self) -> models.QuerySet[Member]:
        """Members with their organisation: every page needs its zone, and this way not a query of its own."""
        return super().get_queryset().select_related("organisation", "hours")

    def get_by_natural_key(self, username: str | None) -> Member:
        """The member with this email."""
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """One person who works here and signs in."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    known_as = models.CharField(max_length=60)
    say_it = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    suggestions_a_shift = models.PositiveSmallIntegerField(default=6)
    feed = models.CharField(
        max_length=24, blank=True
    )  # in the key of one's feed; a new one ends it
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.known_as

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()


class Role(models.Model):
    """What a member may do. One row a role; a member may hold several."""

    class Name(models.TextChoices):
        AGENT = "agent", _("agent")
        COUNTER = "counter", _("counter staff")
        LEAD = "lead", _("lead")
        HOST = "host", _("host")
        ADMIN = "admin", _("admin")

    member = models.ForeignKey(Member, models.CASCADE, related_name="roles")
    name = models.CharField(max_length=8, choices=Name)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "name"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.name}"


class Handle(models.Model):
    """The id a member has in another system, so that an import knows whose conversation it is."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="handles")
    source = models.CharField(max_length=40)
    ext_id = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ext_id"], name="handle_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.ext_id}"


class Stranger(models.Model):
    """An id elsewhere under which one of us works, and which no member has: what it did is shown to nobody.

    Holds no count and no time but the day it was first seen: it is here to be given to somebody.
    """

    source = models.CharField(max_length=40)
    ext_id = models.CharField(max_length=200)
    name = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=32, blank=True, db_index=True)  # kit.signing.person
    seen_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ext_id"], name="stranger_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.ext_id}"


class Shift(models.Model):
    """A working day as it is really worked; a hard day ends with it."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Hours(models.Model):
    """The week a member works, and their leave; `people.hours.Hours` says how the two are written."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="hours")
    week = models.JSONField(default=dict)
    leave = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "hours"

    def __str__(self) -> str:
        return f"{self.member_id}"


class OptOut(models.Model):
    """A feature this person does not want. No reason is kept (P5); opting in again deletes the row."""

    class Feature(models.TextChoices):
        IDEAS = "ideas", _("ideas on Today")
        BESIDE = "beside", _("suggestions beside the ticket and at the counter")
        NOTICE = "notice", _("reading my conversations for kind acts")
        WALL = "wall", _("being named on the wall")
        THANKS_PAGE = "thanks_page", _("customers thanking me by name")

    member = models.ForeignKey(Member, models.CASCADE, related_name="opt_outs")
    feature = models.CharField(max_length=12, choices=Feature)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "feature"], name="opt_out_once")]

    def __str__(self) -> str:
        return self.feature


class ApiToken(models.Model):
    """A personal token for the API, kept as a hash; it opens what its owner may see and nothing more."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class CounterPin(models.Model):
    """A member's PIN for a shared tablet at the counter, kept as a hash; it opens the counter and nothing else."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="counter_pin")
    pin_hash = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member_id}"


class Tablet(models.Model):
    """A device that stands at a counter for everyone of a team, or of the company; it knows nobody until a PIN is given.

    `at_it` is who came in, until they lock it or leave it alone (`until`); who was there before is kept nowhere.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tablets")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tablets")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    at_it = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
