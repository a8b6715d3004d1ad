"""Settings: one field each, read from `BROKER_…` in the environment and nowhere else.

Decides names, defaults and where things lie relative to the data folder. Secrets are not settings: keys come from
the keyring, a database password from the address or PostgreSQL's own password file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from broker.agreements.partnership import packaged_agreements, packaged_policies
from broker.errors import CallWrong


def _here_or(shipped: Path | None, name: str) -> Path | None:
    """The folder of this name where the broker was started, else the one that ships."""
    here = Path(name)
    return here if here.is_dir() else shipped


class Settings(BaseSettings):
    """How this deployment is set up."""

    model_config = SettingsConfigDict(env_prefix="BROKER_", env_ignore_empty=True, extra="forbid", frozen=True)

    data_dir: Path = Field(
        default=Path(".broker"), description="where the embedded database and development keys lie"
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`sqlite:///path` or `postgresql+psycopg://…`; default: broker.db in the data folder",
    )
    keys_dir: Path | None = Field(
        default=None, description="where the key file lies; default: keys in the data folder"
    )
    policies_dir: Path | None = Field(
        default_factory=lambda: _here_or(packaged_policies(), "policies"),
        description="the standing rules; default: the folder `policies`, or those that ship with the broker",
    )
    agreements_dir: Path | None = Field(
        default_factory=lambda: _here_or(packaged_agreements(), "agreements"),
        description="the agreements; default: the folder `agreements`, or those that ship with the broker",
    )
    log_origin: str = Field(
        default="broker.invalid/log",
        pattern=r"^[!-*,-~]{1,128}$",
        description="the audit log's name, as checkpoints have it",
    )
    pseudonym_epoch: int = Field(default=1, ge=1, le=999_999, description="the epoch of the controllers' domains")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="the least level logged"
    )

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment. Raises CallWrong, naming the settings that are wrong and not their
        values."""
        try:
            return cls()
        except ValidationError as error:
            wrong = "; ".join(
                f"BROKER_{'_'.join(str(part) for part in problem['loc']).upper()} {problem['msg'].lower()}"
                for problem in error.errors(include_input=False, include_url=False)
            )
            raise CallWrong("settings", wrong) from None

    def database(self) -> str:
        """The database's address. It may hold a password: do not print it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'broker.db'}"

    def keys(self) -> Path:
        """The folder of the key file."""
        return self.keys_dir or self.data_dir / "keys"
