"""A conversation, its rating link, a thanks page and a customer to look at them."""

import pytest
from django.test import Client

from neoncard.thank import actions
from tests import make


@pytest.fixture
def talk(house):
    return make.encounter(house.agent, make.customer(), texts=[("customer", "Where is my ferry?")])


@pytest.fixture
def token(talk):
    return actions.make_rating_link(encounter=talk)


@pytest.fixture
def page(house):
    return actions.open_page(member=house.agent)


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)
