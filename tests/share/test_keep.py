"""Show my lead (P12), the recall card (E18), the keepsake (P4)."""

import html
import re
from datetime import timedelta

import pytest

from neoncard.do.drive.tables import Line
from neoncard.do.tables import Suggestion
from neoncard.kindness import queries
from neoncard.kit import clock
from neoncard.people import actions as people
from neoncard.share.voices import actions
from neoncard.share.voices.tables import Shown
from neoncard.web.pages import keep
from tests import make

WORDS = "You stayed on the phone until I had found the pier. The tea was cold."


def text(response):
    return response.content.decode()


def test_a_lead_sees_exactly_the_words_picked_until_they_are_taken_back(house, signed_in):
    row = make.kindness(house.second, house.agent, words=WORDS)
    client, lead = signed_in(house.agent), signed_in(house.lead)
    data = {"words": "You stayed on the phone until I had found the pier.", "lead": house.lead.pk}
    client.post(f"/kindness/{row.pk}/show-lead", data)
    page = text(lead.get("/team"))
    assert ("found the pier" in page, "tea was cold" in page) == (True, False)
    shown = Shown.objects.get()
    assert signed_in(house.third).post(f"/shown/{shown.pk}/back").status_code == 404
    client.post(f"/shown/{shown.pk}/back")
    assert "found the pier" not in text(lead.get("/team"))
    assert Shown.objects.count() == 0


def test_words_that_were_not_written_are_shown_to_nobody(house, signed_in):
    row = make.kindness(house.second, house.agent, words=WORDS)
    client = signed_in(house.agent)
    for data in (
        {"words": "You are the best.", "lead": house.lead.pk},
        {"words": "", "lead": house.lead.pk},
        {"words": WORDS, "lead": house.second.pk},
    ):
        client.post(f"/kindness/{row.pk}/show-lead", data)
    assert Shown.objects.count() == 0
    with pytest.raises(ValueError, match="lead: pick one"):
        actions.show_lead(member=house.agent, kindness=row, lead=house.third, words=WORDS)
    assert signed_in(house.third).post(f"/kindness/{row.pk}/show-lead").status_code == 404


def test_what_the_lead_has_read_is_kept_nowhere(house, signed_in):
    row = make.kindness(house.second, house.agent, words=WORDS)
    shown = actions.show_lead(
        member=house.agent, kindness=row, lead=house.lead, words="The tea was cold."
    )
    signed_in(house.lead).post(f"/shown/{shown.pk}/back")
    assert Shown.objects.count() == 0


def test_the_recall_card_shows_an_act_of_ones_own_and_the_other_side(house, signed_in):
    assert "small thing you did" in text(signed_in(house.agent).get("/recall"))
    make.kindness(house.agent, house.second, words="I held the ramp.")
    page = text(signed_in(house.agent).get("/recall"))
    assert ("I held the ramp." in page, "their morning" in page) == (True, True)
    assert "I held the ramp." not in text(signed_in(house.second).get("/recall"))


def test_today_offers_it_at_the_edges_of_a_shift_alone(house, signed_in):
    now = clock.now()
    people.set_shift(member=house.agent, starts_at=now, ends_at=now + timedelta(hours=8))
    client = signed_in(house.agent)
    for hours, expected in ((0.5, True), (4, False), (7.5, True), (9, False)):
        with clock.at(now + timedelta(hours=hours)):
            assert ("/recall" in text(client.get("/"))) is expected


def test_a_keepsake_holds_no_name_but_ones_own(house, signed_in):
    make.kindness(house.second, house.agent, words=WORDS)
    make.kindness(house.agent, house.third, words="I held the ramp.")
    page = text(signed_in(house.agent).get("/me/keepsake"))
    assert (WORDS in page, "I held the ramp." in page) == (True, True)
    assert [name for name in ("Jonas", "Amir") if name in page] == []


def test_a_keepsake_goes_on_page_by_page_and_misses_nothing(house, signed_in, monkeypatch):
    monkeypatch.setattr(keep, "KEEPSAKE", 3)
    now = clock.now()
    for n in range(7):  # the second and third of the same moment
        at = now - timedelta(days=n if n != 3 else 2)
        make.kindness(house.second, house.agent, words=f"Word {n}.", at=at)
    make.kindness(house.agent, house.agent, words="", occasion="Held the ramp", at=now)
    client, address, found = signed_in(house.agent), "/me/keepsake", []
    while address:
        page = text(client.get(address))
        found += [re.findall(r"Word \d|Held the ramp", page)]
        more = re.search(r'rel="next" href="([^"]+)"', page)
        assert ("There is more, from earlier" in page) == bool(more)
        address = html.unescape(more[1]) if more else ""
    for unreadable in ("2026-13-45T00:00Z", "yesterday", "2026-11-26"):
        assert client.get(f"/me/keepsake?before={unreadable}").status_code == 200
    assert sorted(word for page in found for word in page) == [
        "Held the ramp",
        *(f"Word {n}" for n in range(7)),
    ]
    assert len(found) > 2


def test_a_keepsake_holds_the_lines_one_wrote_looking_back(house, signed_in):
    row = Suggestion.objects.create(
        unit="day:1", policy="v1", member=house.agent, eligible=["1"], probabilities=[1.0], draw=0.1,
        salt="s", offered=["1"], made_at=clock.now(),
    )  # fmt: skip
    Line.objects.create(suggestion=row, member=house.agent, words="She smiled.", at=clock.now())
    assert "She smiled." in text(signed_in(house.agent).get("/me/keepsake"))
    assert "She smiled." not in text(signed_in(house.second).get("/me/keepsake"))


def test_a_keepsake_holds_ones_own_quiet_acts_and_not_those_of_others(house):
    now = clock.now()
    for n, (giver, receiver, words, sees) in enumerate(
        [
            (house.agent, house.second, "Mine alone.", "giver"),
            (house.second, house.agent, "Theirs alone.", "giver"),
            (house.second, house.agent, "For you.", "parties"),
            (house.agent, house.agent, "To myself.", "giver"),
            (house.second, house.agent, "", "parties"),
            (house.second, house.third, "Of others.", "team"),
        ]
    ):
        with clock.at(now + timedelta(minutes=n)):
            make.kindness(giver, receiver, words=words, sees=sees)
    held = [(one.words, one.mine) for one in queries.keepsake(house.agent, 10)[0]]
    assert held == [("To myself.", True), ("For you.", False), ("Mine alone.", True)]
    assert [one.words for one in queries.keepsake(house.agent, 1)[0]] == ["To myself."]
