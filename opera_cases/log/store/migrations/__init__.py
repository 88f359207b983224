"""How the tables of the log come to be and grow: Alembic, run by `opera-cases migrate`."""
