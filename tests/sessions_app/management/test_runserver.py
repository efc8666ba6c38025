"""The development server's option for the address that people are given."""

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import StartServer
from tests.support.calls import call, client_of


@pytest.mark.requirement("H6")
def test_runserver_explains_its_browser_url(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("runserver", "--help")
    told = capsys.readouterr().out
    assert "--browser-url URL" in told
    assert "-u URL" in told
    assert "sessionId" in told
    assert "BROWSER_URL" in told


@pytest.mark.requirement("H6")
@pytest.mark.parametrize("url", ["nonsense", "", "ftp://page.example"])
def test_runserver_refuses_what_is_no_web_address(url: str) -> None:
    with pytest.raises(CommandError, match=f"--browser-url {url!r} .* Accepted: a URL"):
        call_command("runserver", browser_url=url)


@pytest.mark.anyio
@pytest.mark.requirement("H6")
@pytest.mark.parametrize(
    ("arguments", "variable", "expected"),
    [
        (
            ("-u", "https://option.example/a#b"),
            "https://variable.example",
            "https://option.example/a?",
        ),
        pytest.param(
            ("--browser-url", "https://option.example"),
            "",
            "https://option.example/?",
            marks=pytest.mark.long,
        ),
        ((), "https://variable.example/b", "https://variable.example/b?"),
        ((), "", "ORIGIN/?"),
    ],
)
async def test_the_option_wins_over_the_variable_and_that_over_the_origin(
    start_server: StartServer,
    database_url: str,
    arguments: tuple[str, ...],
    variable: str,
    expected: str,
) -> None:
    server = start_server(
        database_url, kind="daphne", environment={"BROWSER_URL": variable}, arguments=arguments
    )
    async with client_of(server, "auto") as client:
        link = (await call(client, "get_browser_connection_url"))["browserUrl"]
    assert link.startswith(expected.replace("ORIGIN", server.url) + "sessionId=")
