"""Thanks are kept dear at every door: twice a working day, never the same words; and their ways in are in sight."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neoncard import loop
from neoncard.kindness.rules import folded
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.share import actions
from neoncard.thank import actions as thanks
from neoncard.thank.rules import Given
from tests import make

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def thank(house, words, to=None):
    return actions.thank(by=house.agent, to=to or [house.second], words=words, team=False)


def posted(house, signed_in, door, words, to=None):
    """Say words to a colleague through one of the doors; the answer's status."""
    to = to or house.second
    client = signed_in(house.agent)
    if door == "thank":
        return client.post("/thank", {"to": to.pk, "words": words, "sees": "parties"}).status_code
    row = make.kindness(to, house.agent, words=f"Because of {words}")
    if door == "answer":
        return client.post(f"/kindness/{row.pk}/answer", {"words": words}).status_code
    if door == "pass on":
        return client.post(f"/pass-on/{row.pk}", {"to": to.pk, "words": words}).status_code
    token = people.make_token(member=house.agent, name=f"t{words}"[:80])
    return client.post(
        "/api/kindnesses",
        json.dumps({"to": [to.email], "words": words}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    ).status_code


every_door = pytest.mark.parametrize("door", ["thank", "answer", "pass on", "api"])


@every_door
def test_no_door_takes_the_same_words_again_or_a_third_time_a_day(house, signed_in, door):
    good = 201 if door == "api" else 302
    with clock.at(NOON):
        assert posted(house, signed_in, door, "You held the door!") == good
        assert posted(house, signed_in, door, "you held… the  door.") == 422
        assert posted(house, signed_in, door, "The tea.") == good
        assert posted(house, signed_in, door, "The rope.") == 422
        assert posted(house, signed_in, door, "The rope.", house.third) == good
    with clock.at(NOON + timedelta(days=1)):
        assert posted(house, signed_in, door, "The rope.") == good
        assert posted(house, signed_in, door, "You held the door") == 422


def test_a_night_shift_is_one_day(house, signed_in):
    nights = {str(day): ["22:00", "06:00"] for day in range(7)}
    people.set_hours(member=house.agent, week=nights, leave=[])
    evening = NOON + timedelta(hours=10)  # 23:00 in Berlin
    for hours, words in ((0, "one"), (1, "two")):
        with clock.at(evening + timedelta(hours=hours)):
            thank(house, words)
    with clock.at(evening + timedelta(hours=4)), pytest.raises(ValueError, match="twice today"):
        thank(house, "three")
    with clock.at(evening + timedelta(hours=24)):
        thank(house, "four")


def test_who_else_helped_is_not_a_way_round_it(house, signed_in):
    with clock.at(NOON):
        for words in ("one", "two"):
            thank(house, words, [house.third])
        row = thank(house, "The piano.")
        signed_in(house.agent).post(f"/kindness/{row.pk}/also", {"to": house.third.pk})
        assert row.receivers.count() == 1


def test_help_with_a_conversation_is_thanked_as_often_as_it_was_given(house, signed_in):
    client, talk = signed_in(house.agent), make.encounter(house.agent, make.customer())
    link = f"/thank?encounter={talk.pk}"
    assert link in client.get(f"/beside?conversation={talk.pk}").content.decode()
    assert f'value="{talk.pk}"' in client.get(link).content.decode()
    for n, words in enumerate(["one", "two", "three"]):
        data = {"to": house.second.pk, "words": words, "sees": "parties", "encounter": talk.pk}
        assert (n, client.post("/thank", data).status_code) == (n, 302)
    assert set(Kindness.objects.values_list("encounter", flat=True)) == {talk.pk}
    other = make.encounter(house.second, make.customer())
    assert client.post("/thank", data | {"encounter": other.pk}).status_code == 404


def test_passing_on_from_today_is_one_tap_to_one_of_two_and_can_be_taken_back(house, signed_in):
    row = make.kindness(house.second, house.agent)
    client = signed_in(house.agent)
    page = client.get("/").content.decode()
    form = page.split(f'action="/pass-on/{row.pk}"')[1].split("</form>")[0]
    found = [int(pk) for pk in re.findall(r'name="to" value="(\d+)"', form)]
    assert len(found) == 2
    assert not {house.agent.pk, house.second.pk} & set(found)
    page = client.post(f"/pass-on/{row.pk}", {"to": found[0]}, follow=True).content.decode()
    passed = Kindness.objects.get(passed_on_from=row)
    assert [party.member_id for party in passed.receivers.all()] == found[:1]
    assert f"/kindness/{passed.pk}/undo" in page
    client.post(f"/kindness/{passed.pk}/undo")
    assert not Kindness.objects.filter(passed_on_from=row).exists()


def test_thanks_have_a_visible_way_in_on_today_and_me(house, signed_in):
    for url in ("/", "/me"):
        main = signed_in(house.agent).get(url).content.decode().split("<main")[1]
        assert '<a class="btn link" href="/thank">' in main or '<a href="/thank">' in main


def test_today_offers_to_write_back_to_a_customer_who_can_read_it(house, signed_in):
    page = thanks.open_page(member=house.agent)
    loop.thanked(page=page, receipt="r" * 22, given=Given(words="You found my scarf."))
    row = Kindness.objects.get()
    main = signed_in(house.agent).get("/").content.decode().split("<main")[1]
    assert f'href="/kindness/{row.pk}/answer"' in main


letters = st.lists(st.text("abcdefghijäöü", min_size=1, max_size=6), min_size=1, max_size=5)


@given(
    letters, st.lists(st.sampled_from([" ", "  ", ", ", "! ", "… ", "\n"]), min_size=6, max_size=6)
)
def test_stops_spaces_and_capitals_make_no_other_words(words, between):
    said = "".join(word.upper() + gap for word, gap in zip(words, between, strict=False))
    assert folded(said) == folded(" ".join(words)) == " ".join(words)


def test_signs_alone_are_told_apart():
    assert folded("💛") != folded("👏")
    assert folded("\uff34\uff45\uff41") == folded("tea")
