"""The paths below /api/."""

from django.urls import path, re_path

from sessions_app.api.views import documents, of_session, overview, people, sessions, shares

app_name = "api"

urlpatterns = [
    path("sessions/", sessions.SessionListView.as_view(), name="sessions"),
    path("sessions/<str:id>/", sessions.SessionView.as_view(), name="session"),
    path("sessions/<str:id>/close/", sessions.CloseView.as_view(), name="close"),
    path("sessions/<str:id>/new-link/", sessions.NewLinkView.as_view(), name="new-link"),
    path("sessions/<str:id>/scene/", sessions.SceneView.as_view(), name="scene"),
    path("sessions/<str:id>/browsers/", of_session.BrowsersView.as_view(), name="browsers"),
    path("sessions/<str:id>/tool-calls/", of_session.ToolCallsView.as_view(), name="tool-calls"),
    path("sessions/<str:id>/revisions/", of_session.RevisionsView.as_view(), name="revisions"),
    path("sessions/<str:id>/shares/", shares.SharesView.as_view(), name="shares"),
    path("sessions/<str:id>/shares/<str:share>/", shares.ShareView.as_view(), name="share"),
    path("stats/", overview.StatsView.as_view(), name="stats"),
    path("routing/", overview.RoutingView.as_view(), name="routing"),
    path("me/", people.MeView.as_view(), name="me"),
    path("token/", people.TokenView.as_view(), name="token"),
    path("schema/", documents.SchemaView.as_view(), name="schema"),
    path("docs/", documents.docs, name="docs"),
    re_path("", documents.UnknownPathView.as_view()),
]
