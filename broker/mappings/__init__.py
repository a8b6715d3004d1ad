"""Mapping files: how a list that no adapter knows is read, column by column, as data somebody can sign off."""
