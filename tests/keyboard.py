"""What the browser tests share: signing in by cookie, and going through a page with Tab."""

from django.conf import settings
from playwright.sync_api import Error


def cookie(signed_in, member):
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": signed_in(member).cookies[name].value}]


HERE = "() => [document.activeElement.getAttribute('name') || '', document.activeElement.textContent.trim()]"


def tab_to(page, name, most=30):
    """Press Tab until the field or button of that name has the focus; a page that is just loading is waited for."""
    for _ in range(most):
        page.wait_for_load_state()
        page.keyboard.press("Tab")
        try:
            here = page.evaluate(HERE)
        except Error:  # the page went on to the next one meanwhile
            continue
        if name in here:
            return
    raise AssertionError(f"Tab never reached {name}")
