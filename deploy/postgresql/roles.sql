-- Two roles and one database, run once by a superuser:
--
--     psql --username postgres --file deploy/postgresql/roles.sql
--
-- `broker_owner` owns the tables and runs `broker migrate`; nobody serves requests as it. `broker_app` serves: it reads
-- and appends, and cannot change or delete what was appended (`broker migrate --grant broker_app` gives it its rights).
-- Set passwords afterwards with \password, or let peer or certificate authentication stand for one. PostgreSQL 15 or
-- later; no extension is needed.

CREATE ROLE broker_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE broker_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

CREATE DATABASE broker OWNER broker_owner ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;
REVOKE ALL ON DATABASE broker FROM PUBLIC;
GRANT CONNECT ON DATABASE broker TO broker_app;
