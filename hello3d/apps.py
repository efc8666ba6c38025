"""Replaces Django's admin site by our own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "sessions_app.pages.admin_site.StaffSite"
