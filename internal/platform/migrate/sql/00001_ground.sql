-- The ground: people and their keys, accounts, organisations, the audit ledger.
--
-- Every table says, in a line `-- @table`, why it exists, on what legal basis it is held, how long, and whose its rows
-- are (scope). Every column says what it is for. A test refuses what is not declared; the register of processing is
-- made from these lines. Times are microseconds since 1970 UTC. Names of constraints: pk_, uq_<table>_<columns>, fk_, ck_.

-- +goose Up

-- @table person | purpose: one human being, visitor or account holder, to whom attempts belong | basis: contract (GDPR 6.1.b) | retention: visitors 30 days after the last visit, others until erasure
CREATE TABLE person (
  id         UUID   NOT NULL, -- identifies the person, never rewritten
  created_at BIGINT NOT NULL, -- first contact, starts the retention of visitors
  CONSTRAINT pk_person PRIMARY KEY (id)
);

-- @table person_alias | purpose: a visitor recognised as the holder of an account: read together, nothing rewritten | basis: contract (GDPR 6.1.b) | retention: as the person | scope: person_id
CREATE TABLE person_alias (
  alias_id   UUID   NOT NULL, -- the person id that was used before
  person_id  UUID   NOT NULL, -- the person it now reads as
  since      BIGINT NOT NULL, -- when the two were joined
  CONSTRAINT pk_person_alias PRIMARY KEY (alias_id),
  CONSTRAINT fk_person_alias_alias FOREIGN KEY (alias_id) REFERENCES person (id),
  CONSTRAINT fk_person_alias_person FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE INDEX ix_person_alias_person ON person_alias (person_id);

-- @table person_key | purpose: the secret under which a person's records are committed to the ledger; destroying it erases the person from a ledger that still verifies | basis: legal obligation (GDPR 5.1.f, 17) | retention: until erasure | scope: person_id
CREATE TABLE person_key (
  person_id  UUID   NOT NULL, -- whose key; the nil UUID holds the key of the system's own events
  wrapped    BYTEA,           -- the key, encrypted under the installation's master key; null once destroyed
  master     TEXT   NOT NULL, -- which master key wraps it
  created_at BIGINT NOT NULL, -- when it was made
  erased_at  BIGINT,          -- when it was destroyed
  CONSTRAINT pk_person_key PRIMARY KEY (person_id)
);

-- @table account | purpose: sign in with an e-mail address and a password | basis: contract (GDPR 6.1.b) | retention: until erasure | scope: person_id
CREATE TABLE account (
  person_id     UUID    NOT NULL, -- whose account
  email         TEXT    NOT NULL, -- address, folded to lower case: the sign-in name
  name          TEXT    NOT NULL, -- how the person wishes to be called
  sort_name     TEXT    NOT NULL, -- the name without case and accents: both engines sort it as a dictionary does
  password_hash TEXT    NOT NULL, -- Argon2id, with its parameters and salt
  lang          TEXT    NOT NULL, -- language of the interface
  created_at    BIGINT  NOT NULL, -- when the account was made
  version       INTEGER NOT NULL, -- rises at each change: optimistic locking
  CONSTRAINT pk_account PRIMARY KEY (person_id),
  CONSTRAINT uq_account_email UNIQUE (email),
  CONSTRAINT fk_account_person FOREIGN KEY (person_id) REFERENCES person (id)
);

-- @table login | purpose: keep a person signed in on a device | basis: contract (GDPR 6.1.b) | retention: until it expires, 30 days for visitors | scope: person_id
CREATE TABLE login (
  token_hash BYTEA  NOT NULL, -- SHA-256 of the opaque identifier in the cookie
  person_id  UUID   NOT NULL, -- who is signed in
  visitor    BOOLEAN NOT NULL, -- true before an account exists
  created_at BIGINT NOT NULL, -- sign-in
  expires_at BIGINT NOT NULL, -- end of validity
  CONSTRAINT pk_login PRIMARY KEY (token_hash),
  CONSTRAINT fk_login_person FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE INDEX ix_login_person ON login (person_id);
CREATE INDEX ix_login_expires ON login (expires_at);

-- @table throttle | purpose: slow down password guessing | basis: legitimate interest (GDPR 6.1.f, security) | retention: one day
CREATE TABLE throttle (
  bucket   BYTEA   NOT NULL, -- keyed hash of the address or network that tries: neither can be read back
  failures INTEGER NOT NULL, -- failed attempts in the window
  until    BIGINT  NOT NULL, -- end of the window
  CONSTRAINT pk_throttle PRIMARY KEY (bucket)
);

-- @table organisation | purpose: a school, training body, order, employer or the national administration | basis: public interest (GDPR 6.1.e) | retention: five years after closing
CREATE TABLE organisation (
  id         UUID    NOT NULL, -- identifies the organisation
  kind       TEXT    NOT NULL, -- school, order, employer, national
  name       TEXT    NOT NULL, -- its public name
  join_code  TEXT    NOT NULL, -- what a learner types to join it
  created_at BIGINT  NOT NULL, -- when it was registered
  closed_at  BIGINT,           -- when it stopped using the platform
  version    INTEGER NOT NULL, -- rises at each change: optimistic locking
  CONSTRAINT pk_organisation PRIMARY KEY (id),
  CONSTRAINT uq_organisation_join_code UNIQUE (join_code),
  CONSTRAINT ck_organisation_kind CHECK (kind IN ('school', 'order', 'employer', 'national'))
);

-- @table role_grant | purpose: what a person may do in an organisation, between two dates | basis: public interest (GDPR 6.1.e) | retention: five years after its end | scope: org_id
CREATE TABLE role_grant (
  org_id     UUID   NOT NULL, -- in which organisation
  id         UUID   NOT NULL, -- identifies the grant
  person_id  UUID   NOT NULL, -- who holds the role
  role       TEXT   NOT NULL, -- learner, teacher, administrator, officer, author, psychometrician, operator
  starts_at  BIGINT NOT NULL, -- first instant of validity
  ends_at    BIGINT,          -- end of validity; null: none
  granted_by UUID   NOT NULL, -- who gave it
  CONSTRAINT pk_role_grant PRIMARY KEY (org_id, id),
  CONSTRAINT fk_role_grant_org FOREIGN KEY (org_id) REFERENCES organisation (id),
  CONSTRAINT fk_role_grant_person FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE INDEX ix_role_grant_person ON role_grant (person_id);

-- @table result_grant | purpose: an organisation may read a learner's results, between two dates | basis: consent (GDPR 6.1.a) or mandatory programme (GDPR 6.1.e), as ground says | retention: five years after its end | scope: org_id
CREATE TABLE result_grant (
  org_id     UUID   NOT NULL, -- who may read
  id         UUID   NOT NULL, -- identifies the grant
  person_id  UUID   NOT NULL, -- whose results
  ground     TEXT   NOT NULL, -- consent or programme
  starts_at  BIGINT NOT NULL, -- first instant of validity
  ends_at    BIGINT NOT NULL, -- end of validity, brought forward when revoked
  CONSTRAINT pk_result_grant PRIMARY KEY (org_id, id),
  CONSTRAINT fk_result_grant_org FOREIGN KEY (org_id) REFERENCES organisation (id),
  CONSTRAINT fk_result_grant_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT ck_result_grant_ground CHECK (ground IN ('consent', 'programme'))
);
CREATE INDEX ix_result_grant_person ON result_grant (person_id);

-- @table audit_event | purpose: who did what to what, so that misuse is found and results can be defended | basis: legal obligation (GDPR 5.2, 32) | retention: six years
CREATE TABLE audit_event (
  id         UUID   NOT NULL, -- identifies the event
  at         BIGINT NOT NULL, -- when
  action     TEXT   NOT NULL, -- what, as feature.verb
  actor_id   UUID   NOT NULL, -- who did it; the nil UUID is the system
  subject_id UUID   NOT NULL, -- which person it concerns; the nil UUID is nobody
  org_id     UUID   NOT NULL, -- in which organisation; the nil UUID is none
  object     TEXT   NOT NULL, -- on what, as kind:id
  details    TEXT   NOT NULL, -- canonical JSON of what changed; emptied at erasure
  key_id     UUID   NOT NULL, -- whose key made the commitment: the subject's, else the actor's, else the system's
  commitment BYTEA  NOT NULL, -- HMAC-SHA256 of the canonical event under that key
  CONSTRAINT pk_audit_event PRIMARY KEY (id)
);
CREATE INDEX ix_audit_event_subject ON audit_event (subject_id, at);
CREATE INDEX ix_audit_event_key ON audit_event (key_id);

-- @table audit_pending | purpose: the sealer's queue: events recorded and not yet sealed, found without searching the whole log | basis: legal obligation (GDPR 5.2, 32) | retention: until sealed, about a second
CREATE TABLE audit_pending (
  event_id UUID   NOT NULL, -- the event to seal
  at       BIGINT NOT NULL, -- when it happened: tells how late the sealer is
  CONSTRAINT pk_audit_pending PRIMARY KEY (event_id)
);

-- @table audit_leaf | purpose: the place of each event in the signed Merkle log | basis: legal obligation (GDPR 5.2, 32) | retention: as the log, never shortened
CREATE TABLE audit_leaf (
  position BIGINT NOT NULL, -- index of the leaf, from 0, without gaps
  event_id UUID   NOT NULL, -- the event sealed there
  CONSTRAINT pk_audit_leaf PRIMARY KEY (position),
  CONSTRAINT uq_audit_leaf_event_id UNIQUE (event_id)
);

-- @table audit_node | purpose: stored hashes of the Merkle tree, in the order of golang.org/x/mod/sumdb/tlog | basis: legal obligation (GDPR 5.2, 32) | retention: as the log, never shortened
CREATE TABLE audit_node (
  position BIGINT NOT NULL, -- stored hash index
  hash     BYTEA  NOT NULL, -- SHA-256 (RFC 6962)
  CONSTRAINT pk_audit_node PRIMARY KEY (position)
);

-- @table audit_checkpoint | purpose: signed heads of the log, one a batch | basis: legal obligation (GDPR 5.2, 32) | retention: as the log, never shortened
CREATE TABLE audit_checkpoint (
  size BIGINT NOT NULL, -- number of leaves under the signed root
  at   BIGINT NOT NULL, -- when it was signed
  note TEXT   NOT NULL, -- signed note (golang.org/x/mod/sumdb/note)
  CONSTRAINT pk_audit_checkpoint PRIMARY KEY (size)
);

-- @table lease | purpose: one process at a time does a work that must not run twice at once, such as sealing | basis: none, no personal data | retention: overwritten
CREATE TABLE lease (
  name   TEXT   NOT NULL, -- the work
  holder UUID   NOT NULL, -- the process that does it
  until  BIGINT NOT NULL, -- when another may take over
  CONSTRAINT pk_lease PRIMARY KEY (name)
);
