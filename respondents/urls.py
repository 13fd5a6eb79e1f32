"""The respondents' addresses: nothing here resolves to anything but a respondent's view."""

from django.urls import path

from respondents import media, views
from respondents.invitations import door

urlpatterns = [
    path("i/<str:token>/<str:name>/", views.page, name="page"),
    path("i/<str:token>/", views.interview, name="interview"),
    path("", views.home, name="home"),
    path("s/<slug:slug>/", views.door, name="door"),
    path("s/<slug:slug>/media/<str:sha256>.<str:extension>", media.image, name="image"),
    path("s/<slug:slug>/find/<str:version>/<str:name>/", media.suggest, name="suggestions"),
    path("e/<str:code>/", door.invited, name="invited"),
    path("e/<str:code>/stop/", door.unsubscribe, name="unsubscribe"),
    path("e/<str:code>/withdraw/", door.withdraw, name="withdraw"),
]
