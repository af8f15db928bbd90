"""Which addresses are links, and when two of them name one story. Pure.

A story keeps the link that its source gave, which readers follow; its canonical URL is only compared. So the
canonical form may go further than a link could: https for http, no slash at the end, no tracking parameters.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string, url_query_cleaner

from newsletter.stories.errors import UnusableStoryError

URL_LIMIT = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WHITE_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")

# After the encoding of international names (IDNA): dotted labels, or an IPv6 address.
_HOST = re.compile(
    r"(?:[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?|[0-9a-f:.]*:[0-9a-f:.]*"
)

# Parameters that say how a reader came, never what is read: by name, and by the beginning of a name.
_TRACKING_NAMES = (
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid _ga _gl "
    "_hsenc _hsmi mkt_tok oly_enc_id oly_anon_id vero_id vero_conv wickedid s_cid cmpid cmp ncid ocid smid smtyp "
    "traffic_source wt_mc wt_zmc xtor sref spm gaa_at gaa_n gaa_ts gaa_sig"
)
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES = ("utm_", "at_", "pk_", "mtm_", "hsa_", "ns_", "stm_", "__twitter")
_TRACKING_PAIRS = frozenset({("partner", "rss"), ("emc", "rss"), ("ref", "rss"), ("source", "rss"), ("from", "rss")})


def link(url: str) -> str:
    """`url` as a link that readers may follow: absolute, http or https, ASCII. Raises UnusableStoryError."""
    compact = _WHITE_SPACE.sub("", url) if "\n" in url or "\r" in url or "\t" in url else url.strip()
    try:
        parts = urlsplit(compact)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UnusableStoryError("The link cannot be read.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        said = f"begins with {parts.scheme[:20]}:" if parts.scheme else "is no full address"
        raise UnusableStoryError(f"The link {said}; only http and https links are followed.")
    if not host or port == 0:
        raise UnusableStoryError("The link names no host.")
    if parts.username is not None or parts.password is not None:
        raise UnusableStoryError("The link carries a user name or a password.")
    try:
        safe = safe_url_string(compact)
        host = urlsplit(safe).hostname or ""
    except (ValueError, UnicodeError) as error:
        raise UnusableStoryError("The link cannot be read.") from error
    if not _HOST.fullmatch(host):
        raise UnusableStoryError("The link names no host.")
    if len(safe) > URL_LIMIT:
        raise UnusableStoryError(f"The link is longer than {URL_LIMIT} characters.")
    return safe


def canonical_url(url: str) -> str:
    """The form in which a link from `link` is compared. Raises UnusableStoryError for one that is too long."""
    parts = urlsplit(canonicalize_url(_without_tracking(url), keep_fragments=True))
    path = re.sub(r";jsessionid=[^/?#]*", "", parts.path, flags=re.IGNORECASE).rstrip("/") or "/"
    canonical = urlunsplit(SplitResult("https", _host(parts), path, parts.query, _fragment(parts.fragment)))
    if len(canonical) > URL_LIMIT:
        raise UnusableStoryError(f"The link is longer than {URL_LIMIT} characters.")
    return canonical


def canonical_of_entry(site_url: str, entry_id: str) -> str:
    """What an entry without a link of its own is known by: its site's page and its id there."""
    return f"{canonical_url(site_url).partition('#')[0]}#{quote(entry_id[:300], safe='')}"[:URL_LIMIT]


def _without_tracking(url: str) -> str:
    query = urlsplit(url).query
    names = {part.partition("=")[0] for part in query.split("&")}
    if unwanted := [name for name in names if _tracks(name)]:
        url = url_query_cleaner(url, unwanted, remove=True, unique=False, keep_fragments=True)
    pairs = [tuple(part.split("=", 1)) for part in urlsplit(url).query.split("&")]
    if any(pair in _TRACKING_PAIRS for pair in pairs):
        kept = "&".join("=".join(pair) for pair in pairs if pair not in _TRACKING_PAIRS)
        url = urlunsplit(urlsplit(url)._replace(query=kept))
    return url


def _tracks(name: str) -> bool:
    return name.lower() in _TRACKING or name.lower().startswith(_TRACKING_PREFIXES)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    is_default = parts.port in (None, 80, 443)
    return host if is_default else f"{host}:{parts.port}"


def _fragment(fragment: str) -> str:
    """Kept only where a page is chosen by it (`#!/story/12`); elsewhere it names a place in the page."""
    return fragment if fragment.startswith(("!", "/")) else ""
