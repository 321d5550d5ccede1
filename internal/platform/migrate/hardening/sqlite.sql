-- Ledger tables and accepted parameters are append-only, and an answer once written is neither rewritten nor deleted, but for an
-- erasure, which destroys the person's key first. Idempotent.
DROP TRIGGER IF EXISTS audit_event_fixed;
CREATE TRIGGER audit_event_fixed BEFORE UPDATE ON audit_event
WHEN NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.action <> OLD.action OR NEW.actor_id <> OLD.actor_id OR NEW.subject_id <> OLD.subject_id
  OR NEW.org_id <> OLD.org_id OR NEW.object <> OLD.object OR NEW.key_id <> OLD.key_id OR NEW.commitment <> OLD.commitment
  OR NEW.details <> OLD.details AND (NEW.details <> '' OR NOT EXISTS (SELECT 1 FROM person_key WHERE person_id = OLD.key_id AND erased_at IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
DROP TRIGGER IF EXISTS audit_event_kept;
CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
DROP TRIGGER IF EXISTS audit_leaf_fixed;
CREATE TRIGGER audit_leaf_fixed BEFORE UPDATE ON audit_leaf BEGIN SELECT RAISE(ABORT, 'audit_leaf is append-only'); END;
DROP TRIGGER IF EXISTS audit_leaf_kept;
CREATE TRIGGER audit_leaf_kept BEFORE DELETE ON audit_leaf BEGIN SELECT RAISE(ABORT, 'audit_leaf is append-only'); END;
DROP TRIGGER IF EXISTS audit_node_fixed;
CREATE TRIGGER audit_node_fixed BEFORE UPDATE ON audit_node BEGIN SELECT RAISE(ABORT, 'audit_node is append-only'); END;
DROP TRIGGER IF EXISTS audit_node_kept;
CREATE TRIGGER audit_node_kept BEFORE DELETE ON audit_node BEGIN SELECT RAISE(ABORT, 'audit_node is append-only'); END;
DROP TRIGGER IF EXISTS audit_checkpoint_fixed;
CREATE TRIGGER audit_checkpoint_fixed BEFORE UPDATE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;
DROP TRIGGER IF EXISTS audit_checkpoint_kept;
CREATE TRIGGER audit_checkpoint_kept BEFORE DELETE ON audit_checkpoint BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;
DROP TRIGGER IF EXISTS attempt_event_fixed;
CREATE TRIGGER attempt_event_fixed BEFORE UPDATE ON attempt_event BEGIN SELECT RAISE(ABORT, 'attempt_event is append-only'); END;
DROP TRIGGER IF EXISTS attempt_event_kept;
CREATE TRIGGER attempt_event_kept BEFORE DELETE ON attempt_event
WHEN NOT EXISTS (SELECT 1 FROM person_key WHERE person_id = OLD.person_id AND erased_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'attempt_event is append-only'); END;
DROP TRIGGER IF EXISTS item_parameters_fixed;
CREATE TRIGGER item_parameters_fixed BEFORE UPDATE ON item_parameters BEGIN SELECT RAISE(ABORT, 'item_parameters is append-only'); END;
DROP TRIGGER IF EXISTS item_parameters_kept;
CREATE TRIGGER item_parameters_kept BEFORE DELETE ON item_parameters BEGIN SELECT RAISE(ABORT, 'item_parameters is append-only'); END;
