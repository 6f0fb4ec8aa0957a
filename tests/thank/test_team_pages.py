"""The agent's thanks, the page with the QR, held words and feedback, as members see them."""

import re
from datetime import timedelta

import pytest
import segno
from django.urls import reverse

from neoncard import access
from neoncard.kit import clock
from neoncard.thank import actions, queries
from neoncard.thank.rules import Given
from neoncard.thank.tables import Feedback, ThanksPage, ThankYou
from tests import make

KIND = "Thank you, you stayed on the line."
RUDE = "Ines, you are a complete idiot. So is Jonas."


@pytest.fixture
def agent(house, signed_in):
    return signed_in(house.agent)


@pytest.fixture
def lead(house, signed_in):
    return signed_in(house.lead)


def answer(member, words=KIND, **more):
    token = actions.make_rating_link(encounter=make.encounter(member, make.customer("Maren O")))
    link = access.rating_link(token)
    return actions.answer(link=link, token=token, given=Given(words=words, **more))


def test_ones_own_kept_thanks_newest_first_twenty_a_page(
    agent, house, django_assert_max_num_queries
):
    for n in range(21):
        with clock.at(clock.now() + timedelta(minutes=n)):
            answer(house.agent, f"Thank you number {n}")
    answer(house.second, "Thank you Jonas")
    with django_assert_max_num_queries(10):
        response = agent.get(reverse("my_thanks"))
    words = [kindness.words for kindness in response.context["page"]]
    assert words == [f"Thank you number {n}" for n in range(20, 0, -1)]
    assert b"Jonas" not in response.content
    second = agent.get(reverse("my_thanks") + "?page=2")
    assert [kindness.words for kindness in second.context["page"]] == ["Thank you number 0"]


def test_a_colleagues_thanks_are_kept_there_too(agent, house):
    make.kindness(house.second, house.agent, words="You took the late calls.")
    response = agent.get(reverse("my_thanks"))
    assert b"You took the late calls." in response.content
    assert b"read this" not in response.content


def test_showing_words_writes_nothing_and_the_button_does(agent, house):
    row = answer(house.agent)
    html = agent.get(reverse("my_thanks")).content.decode()
    row.refresh_from_db()
    assert row.read_at is None
    path = reverse("thanks_read", args=[row.kindness.pk])
    assert f'hx-post="{path}"' in html
    response = agent.post(path, {"back": "/me/thanks?page=1"})
    assert (response.status_code, response["Location"]) == (302, "/me/thanks?page=1")
    row.refresh_from_db()
    assert row.read_at is not None
    assert "hx-post" not in agent.get(reverse("my_thanks")).content.decode()


def test_today_shows_a_customers_words_first_and_says_they_are_read(
    agent, house, django_assert_max_num_queries
):
    row = answer(house.agent)
    path = reverse("thanks_read", args=[row.kindness.pk])
    with django_assert_max_num_queries(10):
        html = agent.get(reverse("today")).content.decode()
    assert KIND in html
    assert f'hx-post="{path}"' in html
    agent.post(path, {"back": "/"})
    html = agent.get(reverse("today")).content.decode()
    assert KIND in html
    assert path not in html


def test_reading_by_htmx_answers_with_a_line(agent, house):
    row = answer(house.agent)
    path = reverse("thanks_read", args=[row.kindness.pk])
    response = agent.post(path, headers={"HX-Request": "true"})
    assert b"They can see that you have read it." in response.content


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_reading_never_sends_anyone_elsewhere(agent, house, back):
    row = answer(house.agent)
    response = agent.post(reverse("thanks_read", args=[row.kindness.pk]), {"back": back})
    assert response["Location"] == reverse("my_thanks")


def test_nobody_reads_or_shares_anothers_words(house, signed_in):
    row = answer(house.agent, team_may_read=True)
    other = signed_in(house.second)
    for name in ("thanks_read", "thanks_hang"):
        path = reverse(name, args=[row.kindness.pk])
        assert other.get(path).status_code == 405
        assert other.post(path).status_code == 404
    row.refresh_from_db()
    assert (row.read_at, row.kindness.sees) == (None, "parties")


def test_the_agent_hangs_what_the_customer_allowed(agent, house):
    alone, allowed = answer(house.agent), answer(house.agent, team_may_read=True)
    html = agent.get(reverse("my_thanks")).content.decode()
    assert html.count("Hang it on the wall") == 1
    for row, sees in ((alone, "parties"), (allowed, "team")):
        agent.post(reverse("thanks_hang", args=[row.kindness.pk]))
        row.kindness.refresh_from_db()
        assert row.kindness.sees == sees
    assert KIND in agent.get(reverse("wall")).content.decode()
    assert "It hangs on the wall" in agent.get(reverse("my_thanks")).content.decode()


def test_opening_changing_and_closing_ones_page(agent, house, client):
    path = reverse("my_thanks_page")
    assert ThanksPage.objects.count() == 0
    assert agent.get(reverse("my_thanks_qr")).status_code == 404
    assert agent.get(reverse("my_thanks_card"))["Location"] == path
    agent.post(path, {"open": ""})
    first = ThanksPage.objects.get()
    assert queries.thanks_url(first) in agent.get(path).content.decode()
    assert queries.thanks_url(first) in agent.get(reverse("my_thanks_card")).content.decode()
    agent.post(path, {"rotate": ""})
    assert ThanksPage.objects.get().slug != first.slug
    agent.post(path, {"close": ""})
    assert ThanksPage.objects.count() == 0


def test_the_qr_is_a_picture_of_its_own_and_holds_the_address(agent, house):
    page = actions.open_page(member=house.agent)
    response = agent.get(reverse("my_thanks_qr"))
    lines = r'class="qrline"[^>]* d="([^"]+)"'
    expected = segno.make_qr(queries.thanks_url(page), error="m").svg_inline(border=4)
    assert re.findall(lines, response.content.decode()) == re.findall(lines, expected)
    assert response["Content-Type"] == "image/svg+xml"
    assert b"style=" not in response.content
    assert b"<script" not in response.content


def test_a_lead_sees_held_words_without_any_name_and_no_number(lead, house):
    answer(house.agent, RUDE, name="Maren")
    response = lead.get(reverse("held"))
    assert response.context["rows"][0]["words"] == "…, you are a complete idiot. So is …."
    html = response.content.decode()
    for name in ("Ines", "Jonas", "T-"):
        assert name not in html


@pytest.mark.parametrize(
    ("choice", "state", "kept", "listed"),
    [("pass", "delivered", 1, 0), ("rest", "declined", 0, 0), ("feedback", "declined", 0, 1)],
)
def test_a_lead_decides_once(lead, house, choice, state, kept, listed):
    row = answer(house.agent, RUDE)
    path = reverse("held_decide", args=[row.pk])
    assert lead.post(path, {choice: ""})["Location"] == reverse("held")
    assert lead.post(path, {"pass": ""}).status_code == 404
    row.refresh_from_db()
    assert row.state == state
    assert queries.kept_thanks(house.agent).count() == kept
    assert Feedback.objects.count() == listed


def test_agents_open_neither_held_words_nor_feedback(agent, house):
    row = answer(house.agent, RUDE, feedback="A map")
    assert agent.get(reverse("held")).status_code == 403
    assert agent.get(reverse("feedback")).status_code == 403
    assert agent.post(reverse("held_decide", args=[row.pk]), {"pass": ""}).status_code == 403
    assert agent.post(reverse("feedback_answer", args=[row.feedback.pk])).status_code == 403


def test_feedback_is_listed_by_state_and_answered(lead, house, django_assert_max_num_queries):
    row = answer(house.agent, feedback="A map in the app, says Ines")
    feedback = row.feedback
    with django_assert_max_num_queries(10):
        html = lead.get(reverse("feedback")).content.decode()
    assert "A map in the app, says …" in html
    assert "Ines" not in html
    path = reverse("feedback_answer", args=[feedback.pk])
    key = f"f{feedback.pk}-"
    data = {key + "state": "done", key + "theme": "app", key + "answer": "It is in now."}
    assert lead.post(path + "?state=new", data)["Location"] == "/feedback?state=new"
    feedback.refresh_from_db()
    assert (feedback.state, feedback.theme, feedback.answer) == ("done", "app", "It is in now.")
    assert "A map" not in lead.get(reverse("feedback")).content.decode()
    assert "It is in now." in lead.get(reverse("feedback") + "?state=done").content.decode()
    assert "A map" in lead.get(reverse("feedback") + "?state=all").content.decode()


def test_feedback_is_read_theme_by_theme(lead, house):
    for words, theme in (
        ("A map in the app", "app & map"),
        ("A roof", "the quay"),
        ("Warmer tea", ""),
    ):
        Feedback.objects.filter(pk=answer(house.agent, feedback=words).feedback.pk).update(
            theme=theme
        )
    page = lead.get("/feedback?state=new&theme=app+%26+map").content.decode()
    assert [words for words in ("A map in the app", "A roof", "Warmer tea") if words in page] == [
        "A map in the app"
    ]
    assert "<option selected>app &amp; map</option>" in page
    assert "?state=all&amp;theme=app%20%26%20map" in page
    row = Feedback.objects.get(theme="the quay")
    path = f"/feedback/{row.pk}?state=new&theme=the+quay"
    data = {f"f{row.pk}-state": "heard", f"f{row.pk}-theme": "the quay"}
    assert lead.post(path, data)["Location"] == "/feedback?state=new&theme=the+quay"


def test_an_answer_too_long_comes_back_as_typed(lead, house):
    feedback = answer(house.agent, feedback="A map").feedback
    key = f"f{feedback.pk}-"
    data = {key + "state": "done", key + "answer": "z" * 2001}
    response = lead.post(reverse("feedback_answer", args=[feedback.pk]), data)
    assert response.status_code == 422
    assert "z" * 2001 in response.content.decode()


@pytest.mark.parametrize("name", ["held", "feedback"])
def test_leads_pages_ask_at_most_ten_queries(lead, house, name, django_assert_max_num_queries):
    for _ in range(25):
        answer(house.agent, RUDE, feedback="A map")
    with django_assert_max_num_queries(10):
        lead.get(reverse(name))
    assert ThankYou.objects.count() == 25


def test_a_thanks_page_is_out_of_search_engines_until_its_owner_lets_it_in(
    client, signed_in, page, house
):
    def robots():
        answer = client.get(f"/thanks/{page.slug}")
        meta = re.search(r'<meta name="robots" content="([^"]+)"', answer.content.decode())
        return answer["X-Robots-Tag"], meta[1]

    owner = signed_in(house.agent)
    assert robots() == ("noindex, nofollow", "noindex, nofollow")
    owner.post("/me/thanks-page", {"index": "on"})
    assert robots() == ("index, nofollow", "index, nofollow")
    assert "Keep it out of search engines" in owner.get("/me/thanks-page").content.decode()
    owner.post("/me/thanks-page", {"index": "off"})
    assert robots() == ("noindex, nofollow", "noindex, nofollow")
