"""The respondents' addresses: nothing here resolves to anything but a respondent's view."""

from django.urls import path

from respondents import views

urlpatterns = [
    path("", views.home, name="home"),
    path("s/<slug:slug>/", views.door, name="door"),
    path("i/<str:token>/", views.interview, name="interview"),
    path("i/<str:token>/<str:name>/", views.page, name="page"),
]
