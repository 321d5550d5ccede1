-- Ledger tables are append-only, and an answer once written is not rewritten. Idempotent: run after every migration.
CREATE OR REPLACE FUNCTION galien_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION galien_audit_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.action <> OLD.action OR NEW.key_id <> OLD.key_id
     OR NEW.commitment <> OLD.commitment OR NEW.details NOT IN (OLD.details, '') THEN
    RAISE EXCEPTION 'audit_event is append-only';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_event_fixed BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION galien_audit_fixed();
CREATE OR REPLACE TRIGGER audit_event_kept BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_leaf_fixed BEFORE UPDATE OR DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_node_fixed BEFORE UPDATE OR DELETE ON audit_node FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_checkpoint_fixed BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER attempt_event_fixed BEFORE UPDATE ON attempt_event FOR EACH ROW EXECUTE FUNCTION galien_append_only();
