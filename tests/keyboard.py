"""What the browser tests share: signing in by cookie, and going through a page with Tab."""

from django.conf import settings


def cookie(signed_in, member):
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": signed_in(member).cookies[name].value}]


def tab_to(page, name, most=30):
    """Press Tab until the field or button of that name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in (
            focused.get_attribute("name") or "",
            (focused.text_content() or "").strip(),
        ):
            return
    raise AssertionError(f"Tab never reached {name}")
