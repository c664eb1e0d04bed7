-- Prefect's own database, beside dondoc's.
CREATE DATABASE prefect;
\connect prefect
CREATE EXTENSION pg_trgm;
