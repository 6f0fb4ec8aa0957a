"""Rounds, ideas people write, lines looking back, and the pages of the Drive."""

from datetime import UTC, date, datetime

import pytest

from neoncard import loop
from neoncard.do import actions as do
from neoncard.do.drive import actions as drive
from neoncard.do.drive import queries
from neoncard.do.drive import queries as drives
from neoncard.do.drive.tables import Line, Taking, WrittenIdea
from neoncard.do.tables import Suggestion
from neoncard.kit import clock
from neoncard.people import actions as people
from tests import make

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)  # a Monday


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
    drive.join(member=house.third, round=row, day=clock.today())
    seen = signed_in(house.third)
    assert "One true sentence" not in seen.get(f"/drive/{row.pk}").content.decode()
    do.make_pledge(member=house.second, words="One true sentence a call.", shown=True)
    assert "One true sentence" in seen.get(f"/drive/{row.pk}").content.decode()
    for outside in (house.agent, house.counter, house.lead, house.admin):
        page = signed_in(outside).get(f"/drive/{row.pk}")
        assert page.status_code == 200
        assert "One true sentence" not in page.content.decode(), "its host and leads are not in it"
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


@pytest.mark.parametrize("day", ["9999-12-31", "1999-01-01"])
def test_a_round_begins_within_a_year(house, signed_in, day):
    data = {"title": "Far", "days": "21", "starts_on": day}
    answer = signed_in(house.agent).post("/drive/begin", data)
    assert answer.status_code == 422
    assert "pick a day within a year of today" in answer.content.decode()
    assert queries.of_team(house.agent) == []


def test_the_teams_hashtag_stays_when_another_round_begins(house, signed_in):
    house.team.hashtag = "pier3"
    house.team.save()
    assert 'value="pier3"' in signed_in(house.agent).get("/drive/begin").content.decode()


def test_an_idea_that_is_none_yet_keeps_its_words(house, signed_in):
    data = {"idea-title": "", "idea-detail": "While it rains", "idea-toward": "self"}
    answer = signed_in(house.agent).post("/drive/ideas/write", data)
    assert answer.status_code == 422
    assert "While it rains" in answer.content.decode()
    assert WrittenIdea.objects.count() == 0


def test_a_round_ends_by_itself_and_the_next_is_joined_without_leaving_it(house, signed_in):
    with clock.at(NOON):
        first = begun(house)
        drive.join(member=house.second, round=first, day=clock.today())
        done = today(house.second)
        do.done(suggestion=done, title="t")
        drive.look_back(suggestion=done, words="She laughed at last.", told=True)
    with clock.at(NOON.replace(day=30)):  # the 21st day
        assert drive.finish() == "0 people"
        second = begun(house)
        with pytest.raises(ValueError, match="you are in another one"):
            drive.join(member=house.second, round=second, day=clock.today())
    with clock.at(NOON.replace(month=12, day=1)):
        page = signed_in(house.second).get("/drive").content.decode()
        assert "Your days of it are behind you." in page
        assert "Join" in page
        drive.join(member=house.second, round=second, day=clock.today())
        assert queries.taking(house.second).round == second
        assert drive.finish() == "0 people"
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.ended_at is not None, second.ended_at) == (True, None)
        assert [line.words for line in queries.stories(first)] == ["She laughed at last."]


def test_the_calendar_ends_a_round_for_each_on_their_own_day(house):
    with clock.at(NOON):
        row = begun(house)
        for member in (house.second, house.third):
            drive.join(member=member, round=row, day=clock.today())
        people.set_hours(member=house.third, week={"1": ["09:00", "17:00"]}, leave=[])
    with clock.at(NOON.replace(month=12, day=1)):
        assert drive.finish() == "1 people"
        assert queries.behind(house.second) == {row.pk}
        assert queries.behind(house.third) == set()
        row.refresh_from_db()
        assert row.ended_at is None


def test_an_extra_saturday_is_day_six_and_monday_is_day_seven(house):
    with clock.at(NOON):
        drive.join(member=house.second, round=begun(house), day=clock.today())
        week = {str(day): ["09:00", "17:00"] for day in range(5)}
        people.set_hours(member=house.second, week=week, leave=[])
        saturday = NOON.replace(day=7, hour=8)
        people.set_shift(member=house.second, starts_at=saturday, ends_at=saturday.replace(hour=16))
    days = {}
    for day in (6, 7, 9):
        with clock.at(NOON.replace(day=day)):
            days[day] = loop.today(house.second).round.day.number
    assert days == {6: 5, 7: 6, 9: 7}
