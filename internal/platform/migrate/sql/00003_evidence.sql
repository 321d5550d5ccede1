-- Periodic work that reads what is new and not everything, and evidence of erasures found without reading the whole log.

-- +goose Up

-- The answers since the ledger last took the heads of the open logs (assess.Checkpoint). It costs an answer about 2 % of its
-- processor time on SQLite, nothing measurable on PostgreSQL; reading every log each minute cost seconds.
CREATE INDEX ix_attempt_event_at ON attempt_event (at);

-- The last of the events that say up to when the heads were taken.
CREATE INDEX ix_audit_event_heads ON audit_event (id) WHERE action = 'assess.heads';

-- The event that each destroyed key must have (audit.Verify).
CREATE INDEX ix_audit_event_forget ON audit_event (object) WHERE action = 'identity.forget';

-- The persons that the purge of visitors still has to look at (identity.PurgeExpired).
ALTER TABLE person ADD COLUMN settled BOOLEAN NOT NULL DEFAULT FALSE; -- true once the purge of visitors found an account, or a joining to one: they stay until erasure
CREATE INDEX ix_person_unsettled ON person (created_at, id) WHERE NOT settled;
