"""Thanks around the sending: hints, twice a day, who else helped, how it landed, a picture."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from neoncard.care import actions as care
from neoncard.care import queries as hands
from neoncard.kindness import actions as kindnesses
from neoncard.kindness.tables import Kindness
from neoncard.kit import clock
from neoncard.share import actions, rules
from neoncard.share.pictures import clean
from neoncard.share.tables import Landed, Picture
from tests import make
from tests.samples_shared import JPEG


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("You stayed until the last ferry had gone.", None),
        ("You did it better than the others did.", rules.Hint.COMPARES),
        ("The best in the team, as ever, at the gate", rules.Hint.COMPARES),
        ("Not bad for a newcomer at the gate", rules.Hint.FAINT),
        ("Good job", rules.Hint.BARE),
        ("", None),
        ("谢谢你一直等到最后一班船", None),
    ],
)
def test_a_hint_is_about_comparing_faint_or_bare_words(words, expected):
    assert rules.hint(words) == expected


def test_a_hint_blocks_nothing(house, signed_in):
    client = signed_in(house.agent)
    said = client.post("/thank/hint", {"words": "better than the others"}).content.decode()
    assert "without a comparison" in said
    client.post("/thank", {"to": house.second.pk, "words": "Good job", "sees": "parties"})
    assert Kindness.objects.get().words == "Good job"


def thank(house, words, to=None, **more):
    return actions.thank(by=house.agent, to=to or [house.second], words=words, team=False, **more)


def test_the_same_pair_twice_a_day_and_no_more_but_for_an_encounter(house):
    noon = clock.now().replace(hour=12)
    with clock.at(noon):
        thank(house, "one")
        thank(house, "two")
        with pytest.raises(ValueError, match="to: Jonas has heard from you twice today"):
            thank(house, "three")
        with pytest.raises(ValueError, match="to: Jonas"):
            thank(house, "three", [house.third, house.second])
        thank(house, "three", [house.third])
        thank(house, "four", encounter=make.encounter(house.agent))
    with clock.at(noon + timedelta(days=1)):
        thank(house, "five")


def test_the_same_words_to_the_same_person_are_refused_kindly(house, signed_in):
    thank(house, "You stayed until the last ferry.")
    thank(house, "You stayed until the last ferry.", [house.third])
    client = signed_in(house.agent)
    answer = client.post(
        "/thank",
        {"to": house.second.pk, "words": "You stayed until the last ferry. ", "sees": "parties"},
    )
    assert (answer.status_code, Kindness.objects.count()) == (422, 2)
    assert "these very words from you already" in answer.content.decode()


def test_who_else_helped_joins_thanks_just_given(house, signed_in):
    row = thank(house, "The piano.")
    client = signed_in(house.agent)
    client.post(f"/kindness/{row.pk}/also", {"to": [house.third.pk, house.agent.pk]})
    assert {one.member for one in row.receivers.all()} == {house.second, house.third}
    with clock.at(clock.now() + kindnesses.UNDO + timedelta(seconds=1)):
        client.post(f"/kindness/{row.pk}/also", {"to": house.lead.pk})
    assert row.receivers.count() == 2
    assert signed_in(house.second).post(f"/kindness/{row.pk}/also").status_code == 404


def test_people_of_another_team_are_suggested(house, signed_in):
    from neoncard.people import actions as people

    assert "From another team" not in signed_in(house.agent).get("/thank").content.decode()
    pier = people.add_team(by="t", organisation=house.organisation, name="Pier")
    make.member(house.organisation, "Hedda", team=pier)
    assert "Hedda, Pier" in signed_in(house.agent).get("/thank").content.decode()


def test_the_mirror_shows_the_giver_what_they_guessed_and_what_came(house, signed_in):
    row = thank(house, "You stayed.")
    giver, receiver = signed_in(house.agent), signed_in(house.second)
    giver.post(f"/kindness/{row.pk}/land", {"word": "little"})
    assert "You guessed" not in receiver.get(f"/kindness/{row.pk}").content.decode()
    receiver.post(f"/kindness/{row.pk}/land", {"word": "day"})
    page = giver.get(f"/kindness/{row.pk}").content.decode()
    assert "You guessed: a small lift." in page
    assert "Jonas says: <strong>it made the day</strong>." in page
    giver.post(f"/kindness/{row.pk}/land", {"word": "day"})
    assert Landed.objects.get(member=house.agent).word == "little", "no guess after the answer"
    assert (
        signed_in(house.third).post(f"/kindness/{row.pk}/land", {"word": "day"}).status_code == 404
    )
    with pytest.raises(ValueError, match="word: pick one"):
        actions.land(member=house.second, kindness=row, word="five")


def test_whoever_comes_first_is_the_one_thanked(house, signed_in):
    signed_in(house.agent).post("/hand", {"to": [house.second.pk, house.third.pk]})
    (asked,) = hands.hands_for(house.agent)
    assert asked.asked == ["Jonas", "Amir"]
    (theirs,) = hands.hands_for(house.third)
    care.come(hand=theirs)
    assert hands.hands_for(house.second) == []
    assert f"/thank?to={house.third.pk}" in signed_in(house.agent).get("/").content.decode()


def png(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + name + body + b"crc!" for name, body in chunks
    )


def test_a_picture_loses_what_the_camera_wrote():
    kind, body = clean(JPEG)
    assert (kind, b"GPS!" in body, body[-2:]) == ("image/jpeg", False, b"\xff\xd9")
    kind, body = clean(
        png((b"IHDR", b"x"), (b"tEXt", b"Ines"), (b"eXIf", b"GPS"), (b"IEND", b"")) + b"more"
    )
    assert (kind, body) == ("image/png", png((b"IHDR", b"x"), (b"IEND", b"")))
    inner = (
        b"VP8X\x0a\x00\x00\x00\x0c"
        + b"\0" * 9
        + b"EXIF\x02\x00\x00\x00hi"
        + b"VP8 \x02\x00\x00\x00ab"
    )
    kind, body = clean(b"RIFF" + (len(inner) + 4).to_bytes(4, "little") + b"WEBP" + inner)
    assert (kind, b"EXIF" in body, body[20]) == ("image/webp", False, 0)


@pytest.mark.parametrize(
    "body", [b"", b"<svg/>", JPEG[:-2], JPEG[:9], png((b"IHDR", b"x")), b"RIFF\0\0\0\0WEBP"]
)
def test_a_file_that_is_no_picture_is_refused(body):
    with pytest.raises(ValueError, match="picture: "):
        clean(body)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBP"]),
)
def test_no_bytes_break_the_cleaning(body, head):
    with suppress(ValueError):  # anything else would break the test
        kind, out = clean(head + body)
        assert len(out) <= len(head + body)
        assert kind.startswith("image/")


def test_a_picture_is_seen_by_those_in_it_and_gone_when_one_of_them_says_so(house, signed_in):
    row = thank(house, "You stayed.")
    client = signed_in(house.agent)
    data = {"alt": "The ramp", "credit": "Ines", "licence": "ours", "faces": "nobody"}
    file = SimpleUploadedFile("x.jpg", JPEG, "image/jpeg")
    assert (
        client.post(f"/kindness/{row.pk}/picture/add", {**data, "picture": file}).status_code == 302
    )
    seen = signed_in(house.second).get(f"/kindness/{row.pk}/picture")
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
    kindnesses.see_as(by=house.agent, kindness=row, sees="team")
    assert signed_in(house.third).get(f"/kindness/{row.pk}/picture").status_code == 404
    for one in (house.agent, house.second):
        party = kindnesses.member_party(one)
        kindnesses.release(party=party, kindness=row, words=row.words, name_too=False, by=one)
    assert signed_in(house.third).get(f"/kindness/{row.pk}/picture").status_code == 200
    signed_in(house.second).post(f"/kindness/{row.pk}/picture/drop")
    assert Picture.objects.count() == 0


def test_a_picture_wants_words_a_credit_and_a_licence(house):
    row = thank(house, "You stayed.")
    with pytest.raises(ValueError, match="credit: "):
        actions.add_picture(
            by=house.agent, kindness=row, body=JPEG, alt="x", credit="", licence="y"
        )


def test_a_withdrawn_kindness_takes_its_picture_along(house, signed_in):
    row = thank(house, "You stayed.")
    actions.add_picture(by=house.agent, kindness=row, body=JPEG, alt="x", credit="y", licence="z")
    signed_in(house.agent).post(f"/kindness/{row.pk}/withdraw")
    assert Picture.objects.count() == 0


def test_the_keyboard_opens_thanks_from_everywhere(house, signed_in):
    assert 'href="/thank" accesskey="t"' in signed_in(house.agent).get("/me").content.decode()
