"""What a customer sends, and what comes back, for the tests of their pages."""

import re

from django.urls import reverse

KIND = "Thank you Ines, you stayed on the line."
RUDE = "You are a complete idiot."


def rate(token):
    return reverse("rate", args=[token])


def thanks(page):
    return reverse("thanks", args=[page.slug])


def stamp(response):
    return re.search(r'name="receipt" value="([^"]+)"', response.content.decode())[1]


def text(response):
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def send_thanks(visitor, page, **data):
    data = {"words": KIND, "receipt": stamp(visitor.get(thanks(page))), **data}
    return visitor.post(thanks(page), data)
