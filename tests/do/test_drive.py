"""Rounds, ideas people write, lines looking back, and the pages of the Drive."""

from datetime import date

import pytest

from neoncard import loop
from neoncard.do import actions as do
from neoncard.do.drive import actions as drive
from neoncard.do.drive import queries
from neoncard.do.drive import queries as drives
from neoncard.do.drive.tables import Line, Taking, WrittenIdea
from neoncard.do.tables import Suggestion
from neoncard.kit import clock
from tests import make


def today(member, toward="customer"):
    loop.today(member)
    return Suggestion.objects.get(member=member, unit__endswith=f":{toward}")


def begun(house, **more):
    return drive.begin(
        by=house.agent,
        team=house.team,
        title="Autumn",
        days=21,
        starts_on=clock.today(),
        themes=["Names", "Waiting", "Farewells"],
        **more,
    )


def test_a_round_has_21_or_28_days(house):
    with pytest.raises(ValueError, match="days: a round has 21 or 28"):
        drive.begin(by=house.agent, team=house.team, title="x", days=7, starts_on=date(2026, 1, 1))
    with pytest.raises(ValueError, match="title: give"):
        drive.begin(by=house.agent, team=house.team, title=" ", days=21, starts_on=date(2026, 1, 1))


def test_one_round_at_a_time_and_leaving_leaves_no_row(house):
    first, second = begun(house), begun(house)
    drive.join(member=house.second, round=first, day=clock.today())
    with pytest.raises(ValueError, match="you are in another one"):
        drive.join(member=house.second, round=second, day=clock.today())
    drive.leave(member=house.second, round=first)
    assert Taking.objects.count() == 0
    drive.join(member=house.second, round=second, day=clock.today())
    drive.end(by=house.agent, round=second)
    assert queries.taking(house.second) is None
    with pytest.raises(ValueError, match="it is over"):
        drive.join(member=house.third, round=second, day=clock.today())


def test_today_says_which_day_of_the_round_it_is_to_those_in_it_alone(house, signed_in):
    monday = clock.now().replace(year=2026, month=11, day=2, hour=9)
    with clock.at(monday):
        drive.join(member=house.second, round=begun(house), day=clock.today())
        assert "day 1 of 21" in signed_in(house.second).get("/").content.decode()
        assert "day 1 of 21" not in signed_in(house.third).get("/").content.decode()


def test_an_idea_of_ones_own_lies_on_the_table_picked_up(house, signed_in):
    row = today(house.agent)
    answer = signed_in(house.agent).post(
        "/today/own",
        {"idea-title": "Sing the boarding call", "idea-toward": "customer"},
        follow=True,
    )
    assert "Sing the boarding call" in answer.content.decode()
    row.refresh_from_db()
    idea = WrittenIdea.objects.get()
    assert (row.chosen, row.chosen_at is not None) == (f"written:{idea.pk}", True)
    assert (idea.state, idea.toward, idea.team) == ("own", "customer", None)
    signed_in(house.agent).post(f"/today/ideas/{row.pk}/done")
    row.refresh_from_db()
    assert row.kindness.occasion == "Sing the boarding call"


def test_an_offered_idea_reaches_the_teams_deck_only_when_its_host_accepts_it(house, signed_in):
    begun(house)
    idea = drive.write(member=house.third, toward="self", title="Sit in the sun", offer=True)
    assert "written" not in str([one.key for one in drives.extras(house.second)])
    assert signed_in(house.second).post(f"/drive/ideas/{idea.pk}/accept").status_code == 404
    page = signed_in(house.agent).get("/drive/ideas").content.decode()
    assert "Sit in the sun" in page
    assert "Amir" not in page, "whose idea it is stays out of it"
    signed_in(house.agent).post(f"/drive/ideas/{idea.pk}/accept")
    assert f"written:{idea.pk}" in [one.key for one in drives.extras(house.second)]
    signed_in(house.agent).post(f"/drive/ideas/{idea.pk}/back")
    idea.refresh_from_db()
    assert (idea.state, idea.team) == ("own", None)
    assert f"written:{idea.pk}" in [one.key for one in drives.extras(house.third)]
    assert f"written:{idea.pk}" not in [one.key for one in drives.extras(house.second)]


def test_a_team_idea_is_dealt_and_shown(house, monkeypatch):
    begun(house)
    idea = drive.write(member=house.third, toward="self", title="Sit in the sun", offer=True)
    drive.accept(by=house.agent, idea=idea)
    monkeypatch.setattr("neoncard.library.daily", lambda lang="en": ())
    shown = [one.face.title for one in loop.today(house.second).ideas]
    assert shown == ["Sit in the sun"]


def test_a_line_is_private_unless_told_and_named_only_if_said(house, signed_in):
    row = begun(house)
    drive.join(member=house.second, round=row, day=clock.today())
    done = today(house.second)
    do.done(suggestion=done, title="t")
    client = signed_in(house.second)
    client.post(f"/today/ideas/{done.pk}/line", {"words": "She laughed at last."})
    page = signed_in(house.third).get(f"/drive/{row.pk}/stories").content.decode()
    assert "She laughed" not in page
    client.post(f"/today/ideas/{done.pk}/line", {"words": "She laughed at last.", "told": "on"})
    page = signed_in(house.third).get(f"/drive/{row.pk}/stories").content.decode()
    assert ("She laughed" in page, "Jonas" in page) == (True, False)
    line = Line.objects.get()
    assert signed_in(house.third).post(f"/today/lines/{line.pk}/back").status_code == 404
    client.post(f"/today/lines/{line.pk}/back")
    assert Line.objects.count() == 0


def test_nobody_looks_back_on_what_is_not_done(house):
    with pytest.raises(ValueError, match="words: look back when it is done"):
        drive.look_back(suggestion=today(house.agent), words="x")


def test_another_team_does_not_see_a_round(house, signed_in):
    row = begun(house)
    loner = make.member(house.organisation, "Lone")
    assert signed_in(loner).get(f"/drive/{row.pk}").status_code == 404


def test_a_pledge_is_shown_to_the_round_only_when_its_owner_says_so(house, signed_in):
    row = begun(house)
    drive.join(member=house.second, round=row, day=clock.today())
    do.make_pledge(member=house.second, words="One true sentence a call.")
    seen = signed_in(house.third)
    assert "One true sentence" not in seen.get(f"/drive/{row.pk}").content.decode()
    do.make_pledge(member=house.second, words="One true sentence a call.", shown=True)
    assert "One true sentence" in seen.get(f"/drive/{row.pk}").content.decode()
    do.end_pledge(member=house.second)
    assert "One true sentence" not in seen.get(f"/drive/{row.pk}").content.decode()


def test_the_pledge_card_carries_the_teams_hashtag_for_its_owner(house, signed_in):
    do.make_pledge(member=house.agent, words="One true sentence a call.")
    house.team.hashtag = "pier3"
    house.team.save()
    page = signed_in(house.agent).get("/me/pledge/card").content.decode()
    assert "One true sentence a call. #pier3" in page
    assert "One true" not in signed_in(house.second).get("/me/pledge/card").content.decode()


def test_begin_and_word_a_round_on_its_pages(house, signed_in):
    client = signed_in(house.second)
    answer = client.post(
        "/drive/begin",
        {
            "title": "Spring",
            "days": "28",
            "starts_on": "2026-12-01",
            "themes": "a\nb",
            "hashtag": "#pier 3",
        },
        follow=True,
    )
    assert "Spring" in answer.content.decode()
    row = queries.of_team(house.second)[0]
    assert (row.days, row.themes, row.host, row.team.hashtag) == (
        28,
        ["a", "b"],
        house.second,
        "pier3",
    )
    client.post(f"/drive/{row.pk}/change", {"title": "Summer", "themes": ""})
    row.refresh_from_db()
    assert (row.title, row.days) == ("Summer", 28)
    assert client.post("/drive/begin", {"title": ""}).status_code == 422
