"""Where the installed program keeps what is the user's: settings, the secret key, the scenes."""

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

# A client starts the program in the folder of somebody's project, whose variables are not meant
# for it. BROWSER_URL and MCP_… are ours by name, and count; these go by names that others use, too.
NOT_FROM_OUTSIDE = (
    "ALLOWED_ORIGINS",
    "API_RATE",
    "API_TOKEN_RATE",
    "COOKIE_NAME",
    "DATABASE_URL",
    "INSTANCE_NAME",
    "LOG_FILE",
    "LOG_FORMAT",
    "LOG_LEVEL",
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
    """A folder of the user's, which nobody else may look into."""

    path: Path

    @classmethod
    def of_user(cls) -> "DataFolder":
        """The usual place of this operating system, whether or not it is there yet."""
        return cls(platformdirs.user_data_path("hello3d", appauthor=False))

    @property
    def env_file(self) -> Path:
        return self.path / "hello3d.env"

    @property
    def first_database(self) -> Path:
        return self.path / "hello3d.sqlite3"

    def prepare(self, env_file: Path | None) -> None:
        """Make the folder where it is missing, and this process's variables those of it.

        Args:
            env_file: read in place of the folder's own.

        Raises:
            WrongSettingError: a file or the folder cannot be read or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)  # also where the user made it, for a file of settings
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
        """Have DATABASE_URL name the folder's database, where no file names one.

        Args:
            of_its_own: whether to take another one where a process serves that already.

        Returns:
            The SQLite file, or None where a file of settings chose the database.
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
        """The key in the folder; of processes that start at once, all take the same."""
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
        descriptor, name = tempfile.mkstemp(dir=self.path)  # readable by its owner alone
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(name, path)  # whole, or not at all
        finally:
            Path(name).unlink()


def _require_absolute_paths() -> None:
    """A relative path would lie in whatever folder a client starts the program in."""
    database = os.environ.get("DATABASE_URL", "")
    if database.startswith("sqlite:") and not database.startswith("sqlite:////"):
        raise WrongSettingError(f"DATABASE_URL={database!r}: give the whole path of the file.")
    log_file = os.environ.get("LOG_FILE", "")
    if log_file and not Path(log_file).is_absolute():
        raise WrongSettingError(f"LOG_FILE={log_file!r}: give the whole path of the file.")


def _is_from_outside(name: str) -> bool:
    return name in NOT_FROM_OUTSIDE or name.startswith(("DJANGO_", "OTEL_"))
