"""The installed program's data folder: settings, secret key and scenes."""

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import platformdirs

from hello3d.configuration.environment import WrongSettingError, read_file
from sessions_app.storage import sole_server

# A client starts the program in some project's folder, whose variables are not meant for it.
# BROWSER_URL, HELLO3D_… and MCP_… are clearly ours and count; these names may be used by others.
NOT_FROM_OUTSIDE = (
    "ALLOWED_ORIGINS",
    "API_RATE",
    "API_TOKEN_RATE",
    "ASSET_CHECKER",
    "ASSET_HOSTS",
    "ASSET_MEGABYTES",
    "COOKIE_NAME",
    "DATABASE_URL",
    "INSTANCE_NAME",
    "LOG_FILE",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "MEDIA_ROOT",
    "METRICS_TOKEN",
    "PUBLIC_ORIGIN",
    "RATE_SHARED_ADDRESSES",
    "REDIS_URL",
    "ROOT_PATH",
    "SCENE_CREATION_QUOTA",
    "TRUSTED_PROXIES",
)
MAX_DATABASES = 64


@dataclass(frozen=True)
class DataFolder:
    """A private folder of the user."""

    path: Path

    @classmethod
    def of_user(cls) -> "DataFolder":
        """Return this operating system's usual folder, which may not exist yet."""
        return cls(platformdirs.user_data_path("hello3d", appauthor=False))

    @property
    def env_file(self) -> Path:
        return self.path / "hello3d.env"

    @property
    def first_database(self) -> Path:
        return self.path / "hello3d.sqlite3"

    def prepare(self, env_file: Path | None) -> None:
        """Create the folder if it is missing, and set this process's variables from it.

        Args:
            env_file: read instead of the folder's own file.

        Raises:
            WrongSettingError: a file or the folder cannot be read or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)  # even if the user created it for a settings file
        except OSError as error:
            raise WrongSettingError(f"{self.path} cannot be used: {error.strerror}.") from None
        for name in [name for name in os.environ if _is_from_outside(name)]:
            del os.environ[name]
        if env_file is not None or self.env_file.exists():
            read_file(env_file or self.env_file)
        _require_absolute_paths()
        defaults = {
            "DJANGO_SETTINGS_MODULE": "hello3d.settings",
            "DJANGO_DEBUG": "false",
            "DJANGO_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        }
        for name, value in defaults.items():
            os.environ.setdefault(name, value)
        if not os.environ.get("DJANGO_SECRET_KEY"):
            os.environ["DJANGO_SECRET_KEY"] = self._secret_key()

    def use_database(self, *, of_its_own: bool) -> Path | None:
        """Set DATABASE_URL to the folder's database, unless a settings file sets it.

        Args:
            of_its_own: whether to use another file if a process already serves the first.

        Returns:
            The SQLite file, or None if a settings file chose the database.
        """
        if os.environ.get("DATABASE_URL"):
            return None
        number = 1
        while of_its_own and not sole_server.claim(self._database(number)):
            number += 1
            if number > MAX_DATABASES:
                raise WrongSettingError(f"{MAX_DATABASES} processes serve from {self.path}.")
        path = self._database(number)
        os.environ["DATABASE_URL"] = f"sqlite:///{quote(str(path))}"
        return path

    def _database(self, number: int) -> Path:
        first = self.first_database
        return first if number == 1 else first.with_stem(f"{first.stem}-{number}")

    def _secret_key(self) -> str:
        """Return the folder's key; processes that start concurrently all get the same one."""
        path = self.path / "secret-key"
        try:
            if not path.exists():
                self._make_secret_key(path)
            key = path.read_text()
        except OSError as error:
            raise WrongSettingError(f"{path} cannot be used: {error.strerror}.") from None
        if not key:
            raise WrongSettingError(f"{path} is empty: delete it, and a key is made anew.")
        return key

    def _make_secret_key(self, path: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.path)  # readable only by its owner
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(name, path)  # whole, or not at all
        finally:
            Path(name).unlink()


def _require_absolute_paths() -> None:
    """Refuse relative paths, which would depend on the folder a client starts us in."""
    database = os.environ.get("DATABASE_URL", "")
    if database.startswith("sqlite:") and not database.startswith("sqlite:////"):
        raise WrongSettingError(f"DATABASE_URL={database!r}: give the whole path of the file.")
    log_file = os.environ.get("LOG_FILE", "")
    if log_file and not Path(log_file).is_absolute():
        raise WrongSettingError(f"LOG_FILE={log_file!r}: give the whole path of the file.")


def _is_from_outside(name: str) -> bool:
    return name in NOT_FROM_OUTSIDE or name.startswith(("DJANGO_", "OTEL_"))
