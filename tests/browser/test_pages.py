"""Every page each kind of person can open, on a phone. One after the other: what axe has examined, it need not again."""

import pytest

from tests.browser.walking import Visitor, open_to, walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("who", "least"), [("agent", 28), ("admin", 38), ("lead", 33), ("counter", 25)]
)
def test_every_page_of_the_team_on_a_phone_in_the_dark(chromium, saltmarsh, who, least):
    visitor = Visitor(chromium, saltmarsh, who)
    looked = walk(visitor, ["/", *open_to(who)])
    most = sorted(visitor.bytes.items(), key=lambda one: -one[1])[:5]
    print(f"{who}: {len(looked)} pages, most bytes {most}")
    visitor.context.close()
    assert visitor.faults == {}
    assert len(looked) >= least, sorted(looked)
