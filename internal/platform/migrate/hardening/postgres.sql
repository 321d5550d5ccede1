-- Ledger tables and accepted parameters are append-only, and an answer once written is neither rewritten nor deleted, but for an
-- erasure, which destroys the person's key first. Idempotent. attempt_event comes first: whoever answers locks it before the ledger's tables.
CREATE OR REPLACE FUNCTION galien_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE OR REPLACE FUNCTION galien_erased(person UUID) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM person_key WHERE person_id = person AND erased_at IS NOT NULL)
$$;
CREATE OR REPLACE FUNCTION galien_answer_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT galien_erased(OLD.person_id) THEN
    RAISE EXCEPTION 'attempt_event is append-only';
  END IF;
  RETURN OLD;
END $$;
CREATE OR REPLACE FUNCTION galien_audit_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.action <> OLD.action OR NEW.actor_id <> OLD.actor_id
     OR NEW.subject_id <> OLD.subject_id OR NEW.org_id <> OLD.org_id OR NEW.object <> OLD.object OR NEW.key_id <> OLD.key_id
     OR NEW.commitment <> OLD.commitment OR NEW.details <> OLD.details AND (NEW.details <> '' OR NOT galien_erased(OLD.key_id)) THEN
    RAISE EXCEPTION 'audit_event is append-only';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER attempt_event_fixed BEFORE UPDATE ON attempt_event FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER attempt_event_kept BEFORE DELETE ON attempt_event FOR EACH ROW EXECUTE FUNCTION galien_answer_kept();
CREATE OR REPLACE TRIGGER audit_event_fixed BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION galien_audit_fixed();
CREATE OR REPLACE TRIGGER audit_event_kept BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_leaf_fixed BEFORE UPDATE OR DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_node_fixed BEFORE UPDATE OR DELETE ON audit_node FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER audit_checkpoint_fixed BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION galien_append_only();
CREATE OR REPLACE TRIGGER item_parameters_fixed BEFORE UPDATE OR DELETE ON item_parameters FOR EACH ROW EXECUTE FUNCTION galien_append_only();
-- What the next start reads, to leave the tables unlocked when nothing changed.
COMMENT ON FUNCTION galien_append_only() IS 'THIS SCRIPT';
