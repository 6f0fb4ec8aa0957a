"""Every page each kind of person can open at a desk, and a customer's: the other half of the walks, beside test_pages."""

from urllib.parse import urlsplit

import pytest

from tests.browser.walking import CUSTOMER_BYTES, Visitor, open_to, walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("who", "least"), [("agent", 28), ("admin", 38)])
def test_every_page_of_the_team_on_a_desk_by_day(chromium, saltmarsh, who, least):
    visitor = Visitor(chromium, saltmarsh, who, width=1440, scheme="light")
    looked = walk(visitor, ["/", *open_to(who)])
    visitor.context.close()
    assert visitor.faults == {}
    assert len(looked) >= least, sorted(looked)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_every_page_of_a_customer(chromium, saltmarsh, width, scheme):
    agent = Visitor(chromium, saltmarsh, "agent")
    agent.page.goto("/me/thanks-page")
    address = urlsplit(agent.page.get_attribute("main a[href*='/thanks/']", "href")).path
    agent.context.close()
    customer = Visitor(chromium, saltmarsh, width=width, scheme=scheme)
    assert customer.look(address, CUSTOMER_BYTES)
    customer.page.fill("[name=words]", "You stayed until the last ferry.")
    customer.page.click("button:has-text('Send it to')")
    customer.page.wait_for_url("**/thanks/receipt/**")
    assert customer.look(urlsplit(customer.page.url).path, CUSTOMER_BYTES)
    assert customer.context.cookies() == []
    print(f"customer: most bytes {customer.bytes}")
    assert customer.look("/signin/")
    customer.context.close()
    assert customer.faults == {}
