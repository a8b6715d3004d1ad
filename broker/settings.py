"""Settings: one field each, read from `BROKER_…` in the environment and nowhere else.

Decides names, defaults and where things lie relative to the data folder. Secrets are not settings: keys come from
the keyring, a database password from the address or PostgreSQL's own password file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from broker.agreements.partnership import packaged_agreements, packaged_policies
from broker.errors import CallWrong


def _here_or(shipped: Path | None, name: str) -> Path | None:
    """The folder of this name where the broker was started, else the one that ships."""
    here = Path(name)
    return here if here.is_dir() else shipped


PUBLIC_FILE: Final = "audit-log.pub"
LAST_FILE: Final = "audit-log.checkpoint"
"""The signer's public key and its memory, in the keys folder: where the log's name is read back from."""
AUTHORITY: Final = r"^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$"
"""How the one name is spelt that partners reach the server by."""
_ORIGIN: Final = re.compile(r"^[!-*,-~]{1,128}$")


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
        pattern=_ORIGIN.pattern,
        description="the audit log's name, as checkpoints have it; once something was signed, the data's own",
    )
    log_signer: Path | None = Field(
        default=None,
        description="the socket of the process that signs checkpoints; default: this process signs",
    )
    authority: str | None = Field(
        default=None,
        pattern=AUTHORITY,
        description="the one name partners reach this server by, as `broker.example.org`; default: its address",
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^https?://[!-~]{1,245}$",
        description="the provider people sign in with, as `https://login.example.org`; default: nobody signs in",
    )
    oidc_client_id: str | None = Field(
        default=None, pattern=r"^[!-~]{1,255}$", description="the name this broker has at that provider"
    )
    oidc_secret_file: Path | None = Field(
        default=None, description="the file that holds the secret the provider has given this broker"
    )
    oidc_account_claim: str = Field(
        default="sub",
        pattern=r"^[a-zA-Z_:./-]{1,100}$",
        description="the claim that names an account; one that users can change themselves is not fit",
    )
    webhook_hosts: frozenset[str] = Field(
        default=frozenset(),
        description="the only hosts whose systems are told, as JSON; these may stand in a private network",
    )
    webhook_loopback: bool = Field(
        default=False,
        description="also tell `http://127.0.0.1:PORT/…`: to try a receiver out, never in production",
    )
    answer_tick_ms: int = Field(
        default=50,
        ge=0,
        le=10_000,
        description="partners are answered at whole multiples of this many milliseconds; 0: as soon as may be",
    )
    requests_per_minute: int = Field(
        default=600, ge=1, le=1_000_000, description="how many requests one key may send a worker in a minute"
    )
    requests_at_once: int = Field(
        default=16, ge=1, le=10_000, description="how many requests of one organisation a worker works on at once"
    )
    pseudonym_epoch: int = Field(default=1, ge=1, le=999_999, description="the epoch of the controllers' domains")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="the least level logged"
    )

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment. Raises CallWrong, naming the settings that are wrong and not their
        values; also where the log of this data has another name than the one asked about."""
        try:
            return cls()._called_as_its_data()
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

    def _called_as_its_data(self) -> Self:
        """These settings with the name the log already has. A name belongs to the data, not to whoever looks."""
        called = find_log_origin(self.keys())
        if called is None or called == self.log_origin:
            return self
        if "log_origin" in self.model_fields_set:
            raise CallWrong("BROKER_LOG_ORIGIN", other_origin(called, self.log_origin))
        return self.model_copy(update={"log_origin": called})


def find_log_origin(keys: Path) -> str | None:
    """The name under which the signer in this folder signed, else the one its public key was published under; None
    where there is neither. It is not verified here: the signer does that when it opens its memory."""
    for file, end in ((LAST_FILE, "\n"), (PUBLIC_FILE, "+")):
        try:
            name = (keys / file).read_text("utf-8").partition(end)[0]
        except (OSError, UnicodeDecodeError):
            continue
        if _ORIGIN.fullmatch(name):
            return name
    return None


def other_origin(called: str, asked: str) -> str:
    """How it is told that somebody asks about another log than this one."""
    return f"cannot say: this log is called `{called}` and you asked about `{asked}`; unset BROKER_LOG_ORIGIN"
