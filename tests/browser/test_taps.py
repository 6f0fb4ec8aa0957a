"""How many taps the everyday things take on a phone, counted; and that each ends where it should."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from neoncard.care import actions as care
from neoncard.do.tables import Suggestion
from neoncard.kindness.tables import Kindness
from neoncard.people import actions as people
from neoncard.thank import actions as thank
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Thumb:
    """Taps, and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, locator):
        locator.click()
        self.taps += 1


def opened(phone, signed_in, member, path):
    cookie = signed_in(member).cookies["neoncard"]
    return phone(path, cookies=[{"name": "neoncard", "value": cookie.value}])


def test_in_each_role_todays_act_is_one_tap_and_thanks_are_a_sentence_and_three(
    house, signed_in, phone
):
    people.set_roles(by=house.admin, member=house.third, roles=("agent", "host"))
    new = make.member(house.organisation, "Nils", team=house.team)
    taps = {}
    for member in (house.agent, house.third, house.counter, house.lead, house.admin, new):
        page = opened(phone, signed_in, member, "/")
        act, thanks = Thumb(page), Thumb(page)
        act.tap(page.get_by_role("button", name="I’ll do this").first)
        page.get_by_role("button", name="Done").wait_for()
        thanks.tap(page.get_by_role("link", name="Say thanks to a colleague"))
        thanks.tap(page.get_by_label("Jonas"))
        page.get_by_label("What for?").fill(f"{member.known_as} had your gate.")
        thanks.tap(page.get_by_role("button", name="Thank them"))
        page.get_by_text("You can take it back").first.wait_for()
        taps[member.known_as] = (act.taps, thanks.taps)
    assert taps == dict.fromkeys(("Ines", "Amir", "Cora", "Lena", "Ada", "Nils"), (1, 3))
    assert Suggestion.objects.exclude(chosen_at=None).count() == 6
    assert [row.words for row in Kindness.objects.order_by("pk")] == [
        f"{name} had your gate." for name in taps
    ]
    assert Axe().run(page).violations_count == 0


def test_a_kindness_goes_on_in_one_tap(house, signed_in, phone):
    row = make.kindness(house.second, house.agent)
    page = opened(phone, signed_in, house.agent, "/")
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("button", name="On to").first)
    page.get_by_text("You can take it back").first.wait_for()
    assert (thumb.taps, Kindness.objects.filter(passed_on_from=row).count()) == (1, 1)


def test_a_customers_thanks_take_a_sentence_and_a_tap_without_script(house, phone):
    slug = thank.open_page(member=house.agent).slug
    page = phone(f"/thanks/{slug}", javascript=False)
    thumb = Thumb(page)
    page.get_by_label("What did Ines do?").fill("She found my scarf, and laughed with me.")
    thumb.tap(page.get_by_role("button", name="Send it to Ines"))
    page.get_by_role("heading", name="On its way to Ines").wait_for()
    assert (thumb.taps, Kindness.objects.count()) == (1, 1)


def test_a_card_is_made_in_three_taps_from_today_and_told_with_one(house, signed_in, phone):
    page = opened(phone, signed_in, house.agent, "/")
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("link", name="Me", exact=True))
    thumb.tap(page.get_by_role("link", name="Smile Cards"))
    thumb.tap(page.get_by_role("button", name="Make a card"))
    address = page.locator("section.neon p.small").inner_text()
    stranger = phone("/smile/" + address.rsplit("/", 1)[1])
    stranger.get_by_label("What happened?").fill("I let somebody go first.")
    stranger.get_by_role("button", name="Tell them").click()
    stranger.get_by_role("heading", name="It has gone on from here").wait_for()
    assert thumb.taps == 3
    assert Kindness.objects.filter(words="I let somebody go first.").count() == 1
    assert Axe().run(stranger).violations_count == 0


def test_each_role_is_at_its_first_thing_in_a_few_taps_from_today(house, signed_in, phone):
    care.ask_cover(member=house.agent)
    people.set_roles(by=house.admin, member=house.third, roles=("agent", "host"))
    ways = {
        house.lead: [("summary", "Team"), ("link", "Cover"), ("button", "I take it")],
        house.third: [("link", "Me"), ("link", "Kindness Drive"), ("link", "Begin a round")],
        house.admin: [("summary", "Team"), ("link", "Status")],
        house.counter: [("link", "Counter"), ("button", "I did it")],
    }
    ends = {
        house.lead: "you have it",
        house.third: "Open the round",
        house.admin: "Recurring work",
        house.counter: "Take it back",
    }
    taps = {}
    for member, way in ways.items():
        page = opened(phone, signed_in, member, "/")
        thumb = Thumb(page)
        for role, name in way:
            by_role = page.get_by_role(role, name=name, exact=True).first
            thumb.tap(page.locator("summary", has_text=name) if role == "summary" else by_role)
        page.get_by_text(ends[member]).first.wait_for()
        taps[member.known_as] = thumb.taps
    assert taps == {"Lena": 3, "Amir": 3, "Ada": 2, "Cora": 2}


def test_a_round_is_joined_by_keyboard_alone(house, signed_in, phone):
    from neoncard.do.drive import actions as drive
    from neoncard.do.drive.tables import Taking
    from neoncard.kit import clock

    drive.begin(by=house.second, team=house.team, title="Autumn", days=21, starts_on=clock.today())
    page = opened(phone, signed_in, house.agent, "/drive")
    page.get_by_role("button", name="Join").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Today is day").or_(page.get_by_text("You are in it.")).first.wait_for()
    assert Taking.objects.get().member == house.agent
    assert Axe().run(page).violations_count == 0
