"""All limits, with the names under which their refusals are counted."""

from enum import StrEnum


class Limit(StrEnum):
    """A limit; `words` describes it to readers of the statistics."""

    words: str

    def __new__(cls, name: str, words: str) -> "Limit":
        member = str.__new__(cls, name)
        member._value_ = name
        member.words = words
        return member

    SESSIONS = "sessions", "open sessions in all"
    SESSIONS_ANONYMOUS = "sessions_anonymous", "open sessions, for people who are not signed in"
    SESSIONS_PER_USER = "sessions_per_user", "sessions of one signed-in person"
    CREATION_QUOTA = "creation_quota", "new sessions of one address in a time"
    BROWSERS_PER_SESSION = "browsers_per_session", "browsers that look at one session"
    SHARES = "shares", "links that share one session"
    CONNECTIONS_PER_USER = "connections_per_user", "pages of one signed-in person"
    CONNECTIONS_PER_ADDRESS = "connections_per_address", "pages of one address"
    CALLS_PER_SESSION = "calls_per_session", "calls in flight to one session"
    CALLS_PER_CLIENT = "calls_per_client", "calls in flight of one client in one process"
    CALLS = "calls", "calls in flight in one process"
    CALLS_ASIDE_PER_CLIENT = "calls_aside_per_client", "calls of one client that wait for a browser"
    CALLS_ASIDE = "calls_aside", "calls in one process that wait for a browser"
    CHAT_VIEWS = "chat_views", "views inside chats that wait for a change in one process"
    CHAT_VIEWS_PER_SESSION = "chat_views_per_session", "of these, views of one session"
    CHAT_VIEWS_PER_ADDRESS = "chat_views_per_address", "of these, views of one address"
    RATE_PER_CLIENT = "rate_per_client", "requests of one client in a time"
    REFUSED_PER_CLIENT = "refused_per_client", "refused requests of one address in a time"
    REFUSED_SOCKETS = "refused_sockets", "refused sockets of one address in a time"
    RATE_PER_SCENE = "rate_per_scene", "calls to one session in a time"
    API_RATE = "api_rate", "requests of one person or address to the REST API in a time"
    API_TOKENS = "api_tokens", "attempts to get a token of the REST API in a time"
    SIGN_INS = "sign_ins", "attempts to sign in on the page or to the admin in a time"
    FAILURES_PER_CLIENT = "failures_per_client", "wrong ids and tokens of one client in a time"
    CODE_FAILURES_PER_CLIENT = "code_failures_per_client", "wrong pairing codes of one client"
    CODE_FAILURES = "code_failures", "wrong pairing codes of all clients"
    WAITING_PAGES = "waiting_pages", "pages that wait for a client, in all"
    WAITING_PAGES_PER_ADDRESS = "waiting_pages_per_address", "pages of one address that wait"
    STREAMS = "streams", "open event streams in one process"
    STREAMS_PER_ADDRESS = "streams_per_address", "open event streams of one address"
    STREAMS_PER_CLIENT = "streams_per_client", "open event streams of one client"
    SUBSCRIPTIONS = "subscriptions", "resources that one client subscribes to"
    VIEWS = "views", "pages and API requests that one process answers at once"
    PROTOCOL_SESSIONS = "protocol_sessions", "protocol sessions that one process serves"
    OPEN_CONNECTIONS = "open_connections", "connections of one address to one process"
    OFFENSES = "offenses", "connections of an address whose earlier ones were cut off for cause"
    REQUEST_SIZE = "request_size", "bytes and depth of a request"
    BODY_BYTES = "body_bytes", "bytes of requests on their way to one process"
    BODY_BYTES_PER_ADDRESS = "body_bytes_per_address", "bytes on their way from one address"
    UNREAD_BYTES = "unread_bytes", "bytes that one process keeps for peers that do not read"
    UNREAD_BYTES_PER_ADDRESS = "unread_bytes_per_address", "of these, bytes for one address"
    FRAME_RATE = "frame_rate", "frames of one socket in a second that are no whole message"
    MESSAGE_SIZE = "message_size", "bytes of a message from a page"
    MESSAGE_RATE = "message_rate", "messages of one page in a second"
    BAD_MESSAGES = "bad_messages", "messages of one page that cannot be understood"
    EDITS_WAITING = "edits_waiting", "edits of one page that wait to be stored"
    UNCONFIRMED = "unconfirmed", "bytes that a page was sent and has not confirmed"
