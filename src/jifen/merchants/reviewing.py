"""Applications are reviewed by an operator, or by the operation centre of the area; approved ones are stores (S2-59).

Of the centres around a store that of the smallest region reviews (S2-15, S2-58). Nobody reviews his own application,
nor one of somebody whom he brought, at any depth, since bringing merchants pays: then the next centre does. Whom
centres have refused twice only operators review.
"""

from datetime import timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.facts.acts import note_act
from jifen.facts.days import next_tick, open_day, waiting
from jifen.facts.joining import join_store
from jifen.merchants.applying import note_step
from jifen.merchants.errors import ApplicationDecidedError, NoMerchantsError, NoSuchApplicationError, given
from jifen.merchants.licences import Picture, open_picture
from jifen.merchants.models import ApplicationState, MerchantApplication, StepKind
from jifen.merchants.reviewers import reviewed_by, reviewer_of
from jifen.merchants.terms import terms_now
from jifen.stores.models import Center, Store, StoreStanding
from jifen.stores.terms import merchants_here

CODE = "m{number}"
LISTED_MAX = 100
AN_HOUR = timedelta(hours=1)


class By(NamedTuple):
    """Who reviews: an operator, or a member with an operation centre."""

    operator_id: int | None = None
    member_id: int | None = None


class Waiting(NamedTuple):
    """Some applications in order; `next` is the last of them where others follow."""

    applications: list[MerchantApplication]
    next: int | None


def center_of(application: MerchantApplication) -> Center | None:
    """Return the operation centre that may review an application now."""
    center_id = reviewer_of(application.pk)
    return Center.objects.select_related("member").get(pk=center_id) if center_id is not None else None


def waiting_for(member_id: int, *, after: int = 0) -> list[MerchantApplication]:
    """Return the applications that a member's centres may review, the oldest first; at most LISTED_MAX after one."""
    return waiting_page(member_id, after=after).applications


def waiting_page(member_id: int, *, after: int = 0) -> Waiting:
    """Return the same, and after which one more of them follow."""
    found = reviewed_by(member_id, after=after, most=LISTED_MAX + 1)
    shown = MerchantApplication.objects.in_bulk(found[:LISTED_MAX])
    rows = [shown[pk] for pk in found[:LISTED_MAX] if pk in shown]
    return Waiting(rows, found[LISTED_MAX - 1] if len(found) > LISTED_MAX else None)


def application_for(member_id: int, application_id: int) -> MerchantApplication:
    """Return an application that the member's centre may review; raises NoSuchApplicationError for any other."""
    rows = MerchantApplication.objects.filter(pk=application_id, state=ApplicationState.SENT)
    application = rows.first()
    if application is None or not _reviews(application, member_id):
        raise NoSuchApplicationError
    return application


def read_licence(*, application_id: int, by: By) -> Picture:
    """Return the picture of a licence to who reviews it, and note that it was read: of each reader once an hour."""
    with transaction.atomic():
        application = MerchantApplication.objects.get(pk=application_id)
        if by.member_id is not None:
            application = application_for(by.member_id, application_id)
        earlier = application.steps.filter(kind=StepKind.READ, at__gt=timezone.now() - AN_HOUR)
        if by not in set(earlier.values_list("operator_id", "member_id")):
            note_step(application, StepKind.READ, member_id=by.member_id, operator_id=by.operator_id)
            if by.operator_id is not None:
                note_act(operator_id=by.operator_id, act="read_merchant_licence", subject=subject_of(application))
        return open_picture(application_id)


def approve_merchant(*, application_id: int, by: By, reason: str) -> MerchantApplication:
    """Approve an application: the store is there and joins the programme, in one transaction; once.

    Its owner is the applicant, who brought it is the applicant's referrer. Raises facts.days.NotNowError.
    """
    reason = given(reason)
    with waiting(), transaction.atomic():
        application = _locked(application_id, by)
        if _decided_so(application, ApplicationState.APPROVED, by):
            return application
        if not merchants_here(terms_now(application.programme_id)):
            raise NoMerchantsError
        application.store = _open_store(application)
        _decide(application, ApplicationState.APPROVED, by, reason)
        join_store(application.store)
    return application


def refuse_merchant(*, application_id: int, by: By, reason: str) -> MerchantApplication:
    """Refuse an application; the applicant reads the reason and may send another; once."""
    reason = given(reason)
    with transaction.atomic():
        application = _locked(application_id, by)
        if not _decided_so(application, ApplicationState.REFUSED, by):
            _decide(application, ApplicationState.REFUSED, by, reason)
    return application


def settled_before(application: MerchantApplication) -> bool:
    """Return whether a store of the same licence was approved before: then joining brings nobody anything (S2-24)."""
    rows = MerchantApplication.objects.filter(
        programme_id=application.programme_id,
        licence_number=application.licence_number,
        state=ApplicationState.APPROVED,
    )
    return rows.exclude(pk=application.pk).exists()


def subject_of(application: MerchantApplication) -> str:
    """Return what an application is called in the audit log."""
    return f"merchant {application.pk}"


def _reviews(application: MerchantApplication, member_id: int) -> bool:
    center = center_of(application)
    return center is not None and center.member_id == member_id


def _locked(application_id: int, by: By) -> MerchantApplication:
    """Return an application under its lock, if it may be reviewed by whoever asks."""
    rows = MerchantApplication.objects.select_for_update(no_key=True, of=("self",)).select_related("member")
    application = rows.filter(pk=application_id).first()
    if application is None:
        raise NoSuchApplicationError
    assert (by.operator_id is None) != (by.member_id is None)
    decided_by_him = by.member_id is not None and application.reviewer_id == by.member_id
    if by.member_id is not None and not decided_by_him and not _reviews(application, by.member_id):
        raise NoSuchApplicationError
    return application


def _decided_so(application: MerchantApplication, state: ApplicationState, by: By) -> bool:
    """Return whether the same one decided so before; refuse what does not wait any more."""
    if application.state == state and By(application.operator_id, application.reviewer_id) == by:
        return True
    if application.state != ApplicationState.SENT:
        raise ApplicationDecidedError
    return False


def _decide(application: MerchantApplication, state: ApplicationState, by: By, reason: str) -> None:
    application.state, application.reason, application.decided_at = state, reason, timezone.now()
    application.operator_id, application.reviewer_id = by
    application.save(update_fields=["state", "reason", "decided_at", "operator", "reviewer", "store"])
    note_step(application, StepKind(state), member_id=by.member_id, operator_id=by.operator_id, reason=reason)
    if by.operator_id is not None:
        subject = subject_of(application)
        note_act(operator_id=by.operator_id, act=f"merchant_{state}", subject=subject, reason=reason)


def _open_store(application: MerchantApplication) -> Store:
    """Make the store, which sells from now on, under a code that nobody has."""
    day = open_day(application.programme_id)  # and the day cannot be closed before this is committed
    code, tries = CODE.format(number=application.pk), 0
    while True:
        store = Store(
            programme_id=application.programme_id,
            code=f"{code}-{tries}" if tries else code,
            title=application.title,
            title_en=application.title_en,
            owner_id=application.member_id,
            referrer_id=application.member.referrer_id,
            region=application.region,
            address=application.address,
            latitude=application.latitude,
            longitude=application.longitude,
            services=application.services,
            concession=application.concession,
            further=settled_before(application),
            joined_tick=next_tick(),
            joined_on=day,
        )
        try:
            with transaction.atomic():
                store.save(force_insert=True)
                StoreStanding.objects.create(store=store)
        except IntegrityError as error:
            if "store_code_once" not in str(error):
                raise
            tries += 1
        else:
            return store
