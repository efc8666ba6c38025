"""Puts our own site in the place of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "sessions_app.pages.admin_site.StaffSite"
