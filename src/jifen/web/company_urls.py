"""Addresses of the pages of agents."""

from django.urls import path

from jifen.web.views import agency, company

pages = [
    path("company", company.company, name="company"),
    path("company/application", company.application, name="company_application"),
    path("company/apply/<slug:step>", company.apply, name="company_apply"),
    path("company/papers/<int:paper_id>", company.paper, name="company_paper"),
    path("company/papers/<int:paper_id>/remove", company.remove, name="company_paper_remove"),
    path("company/withdraw", company.withdraw, name="company_withdraw"),
    path("company/meetings", agency.meetings, name="company_meetings"),
    path("company/reviews", agency.reviews, name="company_reviews"),
    path("company/month", agency.month, name="company_month"),
]
