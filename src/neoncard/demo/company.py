"""The people of Saltmarsh Ferries: teams, roles, shifts, pledges, thanks pages, journeys."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from neoncard.demo.world import DAYS, SOURCE, World, toml
from neoncard.design import actions as design
from neoncard.design import queries as designed
from neoncard.design.tables import Act
from neoncard.do import actions as do
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.thank import actions as thank

SHIFTS_AHEAD = 7
SHIFTS_BACK = 7


def found() -> World:
    """Found the company with its teams and people. Nobody has a password: the demo signs in by one click."""
    data = toml("company.toml")
    about = data["company"]
    zone = ZoneInfo(about["zone"])
    organisation = people.found(
        name=about["name"], zone=about["zone"], language=about["language"], demo=True
    )
    world = World(organisation, zone, clock.today(about["zone"]))
    with clock.at(world.on(DAYS, time(5))):
        teams = {
            row["key"]: people.add_team(
                by="demo", organisation=organisation, name=row["name"], place=row["place"]
            )
            for row in data["team"]
        }
        for row in data["person"]:
            world.members[row["key"]] = people.add_member(
                by="demo",
                organisation=organisation,
                email=row["email"],
                name=row["name"],
                known_as=row["known_as"],
                say_it=row.get("say_it", ""),
                team=teams[row["team"]],
                roles=row["roles"],
                language=row["language"],
                handles=[(SOURCE, row["key"])],
            )
            start, end = map(time.fromisoformat, row["shift"].split("-"))
            world.shifts[row["key"]] = (start, end)
        design.install_starters(organisation, by="demo")
        resting = Act.objects.filter(key__in=data["playbook"]["resting"])
        for act in resting.order_by("pk"):
            design.retire_act(by=world.members[data["playbook"]["by"]], act=act)
        world.playbook = list(designed.playbook())
        for row in data["person"]:
            member = world.members[row["key"]]
            if words := row.get("pledge"):
                do.make_pledge(member=member, words=words, shown=row["pledge_shown"])
            if row["thanks_page"]:
                thank.open_page(member=member)
    _shifts(world)
    return world


def _shifts(world: World) -> None:
    """Everybody's shifts of the last days, of today, and of the days to come."""
    for key, member in world.members.items():
        for days_ago in range(SHIFTS_BACK, -SHIFTS_AHEAD, -1):
            if days_ago == 0 or world.works(key, days_ago):
                start, end = world.shift(key, days_ago)
                people.set_shift(member=member, starts_at=start, ends_at=end)


def say_names(world: World) -> None:
    """Note how customers' names are said, where somebody asked once."""
    for row in toml("company.toml")["customer"]:
        customer = world.customer(row["id"])
        customer.say_it = row["say_it"]
        # No action yet: nothing in the product writes this down so far.
        customer.save(update_fields=["say_it"])
