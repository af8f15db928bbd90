"""The pages as one application. Each page has its own file, named for what it does."""

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from newsletter.bootstrap import Service, bootstrap
from newsletter.web import (
    address_change,
    api_stories,
    api_subscribers,
    archive_show,
    box_show,
    data_take,
    desk_box_show,
    desk_calendar_show,
    desk_event_show,
    desk_exports,
    desk_figures_show,
    desk_import,
    desk_inbound_show,
    desk_issue_approve,
    desk_issue_check,
    desk_issue_correct,
    desk_issue_edit,
    desk_issue_preview,
    desk_issue_show,
    desk_issue_state,
    desk_keys,
    desk_language_choose,
    desk_leaving_show,
    desk_letter_show,
    desk_log_show,
    desk_passkey_change,
    desk_passkey_sign_in,
    desk_people,
    desk_reader_find,
    desk_region_change,
    desk_region_show,
    desk_region_weights,
    desk_relay_show,
    desk_round_control,
    desk_round_show,
    desk_schedules,
    desk_sessions,
    desk_settings_show,
    desk_show,
    desk_sign_in,
    desk_single_sign_on,
    desk_source_change,
    desk_source_show,
    desk_story_change,
    desk_story_list,
    desk_webhooks,
    errors,
    event_show,
    feed_show,
    front_show,
    health_show,
    hook_mailgun,
    hook_postmark,
    hook_sendgrid,
    hook_ses,
    issue_show,
    json_feed_show,
    opinion_say,
    picture_show,
    preferences_ask,
    preferences_change,
    region_show,
    round_stream,
    sitemap_show,
    static_show,
    story_open,
    subscription_ask,
    subscription_confirm,
    subscription_end,
    subscription_return,
)
from newsletter.web.api.app import PATH as API_PATH
from newsletter.web.api.app import create_api
from newsletter.web.bodies import BodyLimit
from newsletter.web.limiting import Limiter
from newsletter.web.pages import Pages
from newsletter.web.parts import Parts
from newsletter.web.remembering import Memory
from newsletter.web.ringing import Bell
from newsletter.web.security import HeadAsGet, SecurityHeaders

_PAGES = (
    api_stories,
    api_subscribers,
    front_show,
    region_show,
    issue_show,
    picture_show,
    archive_show,
    event_show,
    json_feed_show,
    opinion_say,
    story_open,
    sitemap_show,
    feed_show,
    subscription_ask,
    subscription_confirm,
    subscription_end,
    subscription_return,
    preferences_change,
    preferences_ask,
    address_change,
    data_take,
    box_show,
    health_show,
    hook_ses,
    hook_postmark,
    hook_sendgrid,
    hook_mailgun,
    static_show,
    desk_passkey_change,
    desk_passkey_sign_in,
    desk_people,
    desk_sessions,
    desk_show,
    desk_log_show,
    desk_sign_in,
    desk_single_sign_on,
    desk_source_show,
    desk_source_change,  # behind /desk/sources/try
    desk_story_list,
    desk_story_change,
    desk_reader_find,
    desk_region_weights,
    desk_language_choose,
    desk_leaving_show,
    desk_letter_show,
    desk_issue_check,
    desk_issue_correct,
    desk_import,
    desk_settings_show,
    desk_region_show,
    desk_region_change,
    desk_schedules,
    desk_relay_show,
    desk_calendar_show,
    desk_figures_show,
    desk_issue_state,
    desk_event_show,
    desk_exports,
    desk_issue_show,
    desk_box_show,
    desk_inbound_show,
    desk_issue_approve,
    desk_issue_preview,
    desk_issue_edit,
    desk_round_show,
    desk_round_control,
    desk_keys,
    desk_webhooks,
    round_stream,
)


def create_app(service: Service) -> FastAPI:
    """The application of one service. Nothing is connected to before the first request."""
    # Redirects of the framework's own would be made from the Host header; we have one address for each page.
    app = FastAPI(title=service.settings.site_name, docs_url=None, redoc_url=None, openapi_url=None)
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.house = round_stream.House()
    limiter, bell = Limiter(service.redis_url), Bell(service.redis_url)
    app.state.parts = Parts(service, Pages(service.settings), limiter, bell, Memory())
    for page in _PAGES:  # as they are: including a router works each of its routes out anew, at the first request
        app.router.routes.extend(page.router.routes)
    app.mount(API_PATH, create_api(app.state.parts))
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadAsGet)
    https = service.settings.base_url.startswith("https://")
    app.add_middleware(SecurityHeaders, framed=box_show.FRAMED, https=https)
    proxies = [str(network) for network in service.settings.trusted_proxies]
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)  # last added, outermost
    return app


def create() -> FastAPI:
    """For a server that is given a factory: `uvicorn --factory newsletter.web.app:create --no-access-log`.

    Without the access log, because the addresses of some pages hold a person's token.
    """
    return create_app(bootstrap())
