"""Ingest on each database."""

from tests.functional.ingest.loading import on_each_database

__all__ = ["on_each_database"]
