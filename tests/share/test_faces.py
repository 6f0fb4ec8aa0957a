"""A picture with a face in it: whoever can be recognised says yes first, and may take it back at once (P6)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from neoncard import keeping
from neoncard.kindness import actions as kindnesses
from neoncard.share import actions
from neoncard.share.pictures import picture_hash
from neoncard.share.rules import may_look
from neoncard.share.tables import Likeness, Picture
from tests import make
from tests.samples_shared import JPEG

FACTS = {"alt": "The ramp", "credit": "Ines", "licence": "ours"}
OTHER = JPEG.replace(b"ab", b"cd")


@pytest.fixture
def row(house):
    """The agent's words to the second; everyone released them, and the team may see them."""
    row = make.kindness(house.agent, house.second)
    kindnesses.see_as(by=house.agent, kindness=row, sees="team")
    for one in (house.agent, house.second):
        party = kindnesses.member_party(one)
        kindnesses.release(party=party, kindness=row, words=row.words, name_too=True, by=one)
    return row


def put(row, by, *pictured, body=JPEG):
    return actions.add_picture(by=by, kindness=row, body=body, pictured=pictured, **FACTS)


def looks(row, signed_in, *members):
    return [signed_in(m).get(f"/kindness/{row.pk}/picture").status_code == 200 for m in members]


def yes(picture, member):
    picture.refresh_from_db()
    actions.release_picture(by=member, picture=picture, read=picture_hash(bytes(picture.body)))


def test_until_each_said_yes_it_is_for_them_and_who_put_it_there(house, signed_in, row):
    picture = put(row, house.agent, house.third, house.lead)
    everybody = (house.agent, house.third, house.lead, house.second, house.counter)
    assert looks(row, signed_in, *everybody) == [True, True, True, False, False]
    yes(picture, house.third)
    assert looks(row, signed_in, *everybody) == [True, True, True, False, False]
    yes(picture, house.lead)
    assert looks(row, signed_in, *everybody) == [True] * 5
    actions.withdraw_picture(by=house.lead, picture=picture)
    assert looks(row, signed_in, *everybody) == [True, True, True, False, False]


def test_words_taken_back_take_the_picture_from_everybody_else(house, signed_in, row):
    put(row, house.agent)
    assert looks(row, signed_in, house.second, house.third) == [True, True]
    kindnesses.release(
        party=kindnesses.member_party(house.second),
        kindness=row,
        words="Other words.",
        name_too=True,
        by=house.second,
    )
    assert looks(row, signed_in, house.second, house.third) == [True, False]


def test_a_yes_is_for_this_picture_and_no_other(house, signed_in, row):
    picture = put(row, house.agent, house.third)
    read = picture_hash(bytes(picture.body))
    picture = put(row, house.agent, house.third, body=OTHER)
    with pytest.raises(ValueError, match="another one by now"):
        actions.release_picture(by=house.third, picture=picture, read=read)
    yes(picture, house.third)
    put(row, house.agent, house.third)
    assert looks(row, signed_in, house.second) == [False]


def test_nobody_else_says_yes_for_them(house, signed_in, row):
    picture = put(row, house.agent, house.third)
    with pytest.raises(ValueError, match="you are not in it"):
        actions.release_picture(
            by=house.second, picture=picture, read=picture_hash(bytes(picture.body))
        )
    for other in (house.agent, house.second, house.admin):
        assert signed_in(other).post(f"/kindness/{row.pk}/picture/mine").status_code == 404


def test_it_is_asked_on_the_wall_and_answered_on_its_page(house, signed_in, row):
    client = signed_in(house.agent)
    file = SimpleUploadedFile("x.jpg", JPEG, "image/jpeg")
    form = {**FACTS, "picture": file, "faces": "colleagues", "to": [house.third.pk]}
    page = client.post(f"/kindness/{row.pk}/picture/add", form, follow=True).content.decode()
    assert "Others see it once Amir said yes." in page
    asked = signed_in(house.third)
    assert f"/kindness/{row.pk}/picture/mine" in asked.get("/wall").content.decode()
    address = f"/kindness/{row.pk}/picture/mine"
    read = asked.get(address).context["read"]
    asked.post(address, {"read": "another"})
    assert Likeness.objects.get().released_at is None
    asked.post(address, {"read": read})
    assert address not in asked.get("/wall").content.decode()
    assert looks(row, signed_in, house.second) == [True]
    asked.post(address, {"back": "1"})
    assert looks(row, signed_in, house.second) == [False]
    asked.post(address, {"away": "1"})
    assert Picture.objects.count() == 0


def test_who_can_be_recognised_is_said(house, signed_in, row):
    client = signed_in(house.agent)
    address = f"/kindness/{row.pk}/picture/add"
    for faces, says in (("", "Say whether anybody"), ("colleagues", "Tick everybody")):
        file = SimpleUploadedFile("x.jpg", JPEG, "image/jpeg")
        response = client.post(address, {**FACTS, "picture": file, "faces": faces})
        assert response.status_code == 422
        assert says in response.content.decode()
    file = SimpleUploadedFile("x.jpg", JPEG, "image/jpeg")
    client.post(address, {**FACTS, "picture": file, "faces": "myself"})
    own = Likeness.objects.get()
    assert (own.member, own.released_at is None) == (house.agent, False)


def test_erasing_whoever_is_in_it_erases_the_picture(house, row):
    put(row, house.agent, house.third)
    keeping.erase_member(house.third)
    assert (Picture.objects.count(), Likeness.objects.count()) == (0, 0)


ids = st.integers(1, 4)


@given(ids, ids, st.dictionaries(ids, st.booleans()), st.frozensets(ids), st.booleans())
def test_nobody_looks_without_every_face_s_leave(viewer, by, likenesses, inside, words):
    may = may_look(viewer, by=by, likenesses=likenesses, inside=inside, words_released=words)
    own = viewer == by or viewer in likenesses
    leave = all(likenesses.values()) and (viewer in inside or words)
    assert may == (own or leave)
