"""Single sign-on: groups make, move and let go of members; nobody comes in by an address nobody vouches for."""

import pytest
from django.test import Client
from django.urls import reverse

from neoncard.people import actions, queries, rules
from neoncard.people.tables import Member
from tests.people.provider import CLIENT, SECRET, Provider

GROUPS = "harbour, Harbour desk, agent\nleads, , lead host\nit, , admin"


@pytest.fixture(scope="module")
def running():
    started = Provider()
    yield started
    started.end()


@pytest.fixture
def provider(running, settings, house):
    running.fails = False
    settings.NEONCARD_OIDC_URL = running.url
    app = {"provider_id": "sso", "name": "Harbour", "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [{**app, "settings": {"server_url": running.url}}],
        }
    }
    return running


def mean(house, text=GROUPS):
    found, wrong = rules.read_groups(text)
    assert wrong == []
    actions.set_groups(by=house.admin, organisation=house.organisation, groups=found)


def person(email, *groups, **more):
    return {
        "sub": more.pop("sub", email), "email": email, "email_verified": True,
        "name": "Rosa Lind", "groups": list(groups), **more,
    }  # fmt: skip


def who(client):
    pk = client.session.get("_auth_user_id")
    return pk and Member.objects.get(pk=pk)


def test_a_member_comes_in_by_their_address_and_then_by_their_id(house, provider):
    client = Client()
    assert "Sign in with" in client.get(reverse("account_login")).content.decode()
    answer = provider.sign_in(client, **person(house.agent.email, sub="u-1"))
    assert (answer.status_code, who(client)) == (302, house.agent)
    assert provider.asked[-1]["code_verifier"]
    again = Client()
    provider.sign_in(again, **person("another@ferries.test", sub="u-1"))
    assert who(again) == house.agent
    assert queries.groups_seen(house.organisation) == {house.agent.email: []}


@pytest.mark.parametrize("vouched", [False, None, "no"])
def test_an_address_nobody_vouches_for_opens_nothing(house, provider, settings, vouched):
    client = Client()
    told = person(house.admin.email, "it", email_verified=vouched)
    mean(house)
    assert provider.sign_in(client, **told).status_code == 403
    assert who(client) is None
    settings.NEONCARD_OIDC_TRUST_ADDRESSES = True
    provider.sign_in(client, **told)
    assert who(client) == house.admin


def test_a_stranger_is_told_so_and_no_row_is_made(house, provider):
    client, before = Client(), Member.objects.count()
    answer = provider.sign_in(client, **person("rosa@ferries.test", "harbour"))
    assert (answer.status_code, "not a member here" in answer.content.decode()) == (403, True)
    assert (who(client), Member.objects.count()) == (None, before)


def test_a_group_makes_moves_and_lets_go(house, provider):
    mean(house)
    client = Client()
    provider.sign_in(client, **person("rosa@ferries.test", "harbour", "chess"))
    rosa = who(client)
    roles = set(rosa.roles.values_list("name", flat=True))
    assert (rosa.name, rosa.team.name, roles) == ("Rosa Lind", "Harbour desk", {"agent"})
    provider.sign_in(Client(), **person("rosa@ferries.test", "harbour", "leads"))
    assert set(rosa.roles.values_list("name", flat=True)) == {"agent", "lead", "host"}
    gone = Client()
    assert provider.sign_in(gone, **person("rosa@ferries.test", "chess")).status_code == 403
    rosa.refresh_from_db()
    assert (rosa.is_active, who(gone)) == (False, None)
    assert client.get("/").status_code == 302
    provider.sign_in(Client(), **person("rosa@ferries.test", "harbour"))
    rosa.refresh_from_db()
    assert rosa.is_active


def test_a_team_given_by_hand_stays_where_no_group_names_one(house, provider):
    mean(house)
    person_ = person(house.agent.email, "leads")
    provider.sign_in(Client(), **person_)
    house.agent.refresh_from_db()
    assert house.agent.team == house.team
    provider.sign_in(Client(), **person(house.agent.email, "leads", "harbour"))
    house.agent.refresh_from_db()
    assert house.agent.team.name == "Harbour desk"


def test_the_last_admin_stays_whatever_the_groups_say(house, provider):
    client = Client()
    provider.sign_in(client, **person(house.admin.email))
    mean(house)
    assert provider.sign_in(Client(), **person(house.admin.email, "chess")).status_code == 403
    house.admin.refresh_from_db()
    assert house.admin.is_active
    provider.sign_in(Client(), **person(house.admin.email, "harbour"))
    assert "admin" in set(house.admin.roles.values_list("name", flat=True))


def test_a_leaver_stays_out_without_groups(house, provider):
    actions.deactivate(by=house.admin, member=house.second)
    client = Client()
    answer = provider.sign_in(client, **person(house.second.email))
    assert (answer["Location"], who(client)) == (reverse("account_inactive"), None)


def test_a_provider_that_fails_or_is_forged_lets_nobody_in(house, provider):
    client = Client()
    assert client.get("/signin/with/sso/back/?code=c&state=forged").status_code == 502
    provider.fails = True
    assert client.get("/signin/with/sso/").status_code == 502
    assert who(client) is None
    assert client.get("/signin/cancelled/")["Location"] == reverse("account_login")


def test_groups_are_previewed_by_who_has_signed_in_then_kept(house, provider, signed_in):
    provider.sign_in(Client(), **person(house.agent.email, "harbour", sub="u-1"))
    provider.sign_in(Client(), **person(house.second.email, "chess", sub="u-2"))
    client, address = signed_in(house.admin), reverse("people_groups")
    page = client.post(address, {"groups": GROUPS})
    does = [(c.what, c.person.email) for _title, some in page.context["groups"] for c in some]
    assert does == [("change", house.agent.email), ("leave", house.second.email)]
    assert queries.groups(house.organisation) == []
    assert client.post(address, {"groups": "harbour, Desk, captain"}).status_code == 422
    client.post(address, {"groups": GROUPS, "do": "1"})
    house.organisation.refresh_from_db()
    assert [one.name for one in queries.groups(house.organisation)] == ["harbour", "leads", "it"]
    assert Member.objects.get(pk=house.second.pk).is_active
    assert "harbour, Harbour desk, agent" in client.get(address).content.decode()


def test_of_what_the_provider_tells_only_groups_are_kept(house, provider):
    from allauth.socialaccount.models import SocialAccount, SocialToken

    told = person(house.agent.email, "harbour", sub="u-9", phone_number="+49 1", picture="x")
    for _ in range(2):
        provider.sign_in(Client(), **told)
    assert SocialAccount.objects.get().extra_data == {"groups": ["harbour"]}
    assert SocialToken.objects.count() == 0
