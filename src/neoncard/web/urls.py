"""Every address, in one table. access.txt says who may open each; a test compares."""

from __future__ import annotations

from django.urls import path

from neoncard.web.pages import feedback, health, held, my_thanks, signin, styleguide, thank

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("status", health.status, name="status"),
    path("status/jobs/<int:id>/retry", health.retry, name="status_retry"),
    path("signin/", signin.sign_in, name="account_login"),
    path("signout/", signin.sign_out, name="account_logout"),
    path("signin/password/", signin.change_password, name="account_change_password"),
    path("demo/sign-in/<slug:who>", signin.demo, name="demo_sign_in"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:name>", styleguide.frame, name="styleguide_frame"),
    path("r/<str:token>", thank.rate, name="rate"),
    path("r/<str:token>/mine", thank.mine, name="mine"),
    path("thanks/receipt/<str:token>", thank.receipt, name="receipt"),
    path("thanks/<str:token>", thank.thanks, name="thanks"),
    path("me/thanks", my_thanks.my_thanks, name="my_thanks"),
    path("me/thanks/<int:id>/read", my_thanks.mark_read, name="thanks_read"),
    path("me/thanks/<int:id>/team", my_thanks.show_team, name="thanks_show_team"),
    path("me/thanks-page", my_thanks.my_page, name="my_thanks_page"),
    path("me/thanks-page/qr.svg", my_thanks.my_qr, name="my_thanks_qr"),
    path("me/thanks-page/card", my_thanks.my_card, name="my_thanks_card"),
    path("held", held.held, name="held"),
    path("held/<int:id>", held.decide, name="held_decide"),
    path("feedback", feedback.feedback, name="feedback"),
    path("feedback/<int:id>", feedback.answer, name="feedback_answer"),
]
